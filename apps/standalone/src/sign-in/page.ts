const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!);

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 4rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
  h1 { font-size: 1.4rem }
  label { display: block; margin-top: 1rem }
  input:not([type=hidden]) { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit }
  button { margin-top: 1.5rem; padding: .5rem 1.5rem; font: inherit }
  [role=alert] { color: #a40000; font-weight: 600 }
  code { font-size: 1.4rem }
  @media (prefers-color-scheme: dark) { body { color: #eee; background: #1a1a1a } [role=alert] { color: #ff9c9c } }`;

/** A whole page; the body is HTML. */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} – SCS Control Plane</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;

const alert = (text: string | undefined) => (text ? `<p role="alert">${escapeHtml(text)}</p>` : '');

/** Posts to where it came from. */
export const loginPage = (name = '', problem?: string): string =>
  page(
    'Sign in',
    `${alert(problem)}
<form method="post">
<label>Name <input name="name" value="${escapeHtml(name)}" autocomplete="username" required ${name ? '' : 'autofocus'}></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required ${name ? 'autofocus' : ''}></label>
<button>Sign in</button>
</form>`,
  );

/** `form` is oidc-provider's, without a button. */
export const codePage = (form: string, problem?: string): string =>
  page(
    'Connect a device',
    `${alert(problem)}
<p>Enter the code that your device shows.</p>
${form}
<button form="op.deviceInputForm">Continue</button>`,
  );

export const confirmPage = (form: string, client: string, code: string): string =>
  page(
    'Connect a device',
    `<p>${escapeHtml(client)} asks to act for you. Go on only if it shows this code:</p>
<p><code>${escapeHtml(code)}</code></p>
${form}
<button form="op.deviceConfirmForm" autofocus>Continue</button>
<button form="op.deviceConfirmForm" name="abort" value="yes">Cancel</button>`,
  );

export const logoutPage = (form: string): string =>
  page(
    'Sign out',
    `<p>Do you want to sign out?</p>
${form}
<button form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button form="op.logoutForm">Stay signed in</button>`,
  );

export const messagePage = (title: string, text: string): string => page(title, `<p>${escapeHtml(text)}</p>`);
