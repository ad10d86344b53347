/** The style sheet of the pages; in the page itself, so that the policy can name its hash and nothing else is loaded. */
export const style = `
:root { color-scheme: light dark; --text: light-dark(#1c2430, #dde3ec); --dim: light-dark(#5a6675, #98a4b5);
  --back: light-dark(#fff, #12161d); --panel: light-dark(#f5f7fa, #1a2029); --line: light-dark(#dfe4eb, #2c3541);
  --link: light-dark(#0b57b4, #7db4ff); }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); color: var(--text); background: var(--back);
  font: 16px/1.55 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem 1rem; background: var(--panel);
  border-right: 1px solid var(--line); font-size: .875rem; }
nav h2 { margin: 1.25rem 0 .25rem; font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--dim); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li a { display: block; padding: .15rem 0; }
.home { font-weight: 650; font-size: 1rem; }
main { max-width: 58rem; padding: 2rem clamp(1rem, 4vw, 3rem) 6rem; }
h1 small { color: var(--dim); font-weight: 400; font-size: 1rem; }
main > section > h2 { margin-top: 3rem; padding-bottom: .4rem; border-bottom: 2px solid var(--line); }
article { margin: 1.75rem 0; padding-bottom: 1.25rem; border-bottom: 1px solid var(--line); }
h3 { margin: 0 0 .5rem; font-size: 1.05rem; overflow-wrap: anywhere; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
.anchor { visibility: hidden; }
article:hover .anchor, .anchor:focus { visibility: visible; }
p { margin: .4rem 0; }
.facts, small { color: var(--dim); font-size: .875rem; }
.required { color: light-dark(#a3341a, #ff9d80); }
code { font: .875em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { margin: .75rem 0 0; padding: .75rem 1rem; overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; margin: .75rem 0; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
th, td { padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 500; min-width: 9rem; }
td p { margin: 0; }
tr:target, article:target { background: var(--panel); }
.method { display: inline-block; min-width: 3.4em; padding: 0 .35em; border-radius: 4px; font: 600 .75em/1.6 ui-monospace, monospace;
  text-align: center; color: #fff; background: #4b5668; }
.get { background: #0b6b50; } .post { background: #0b57b4; } .patch { background: #8a5300; } .delete { background: #a3341a; }
[type=search] { width: 100%; margin-top: .25rem; padding: .6rem .8rem; font: inherit; color: inherit; background: var(--panel);
  border: 1px solid var(--line); border-radius: 6px; }
#hits { padding: 0; list-style: none; }
#hits li { margin: 1.25rem 0; }
.snippet { overflow-wrap: anywhere; }
mark { color: inherit; background: light-dark(#ffe9a8, #5c4a12); }
.state { padding: 0 .4em; border: 1px solid var(--line); border-radius: 4px; }
fieldset { margin: 1rem 0; padding: 0; border: 0; }
legend { font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--dim); }
button { padding: .1rem .5rem; font: inherit; color: var(--link); background: none; border: 1px solid var(--line); border-radius: 4px; cursor: pointer; }
fieldset button { display: block; width: 100%; margin: .2rem 0; text-align: left; }
button[aria-pressed=true] { color: var(--back); background: var(--link); }
@media (max-width: 48rem) { body { display: block; } nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } }
@media print { nav { display: none; } body { display: block; } }
`;
