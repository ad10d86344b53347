/**
 * Who has which term, and how strongly: its frequency weighed over the fields (that of BM25F). Terms are numbers, documents too, in rising
 * order. All terms share two arrays, because two hundred thousand small ones would need three times the memory:
 *
 *     term:        0                  1             2 …
 *     starts:      0                  3             4
 *     documents:   [ 2    7    9   ]  [ 7   ]       …
 *     frequencies: [ 1.2  4.0  0.7 ]  [ 3.1 ]       …
 */
export interface Postings {
  starts: Uint32Array;
  documents: Uint32Array;
  frequencies: Float32Array;
}

/** What was counted, in any order of terms and in rising order of documents. */
export interface Occurrences {
  terms: number[];
  documents: number[];
  frequencies: number[];
}

export const noOccurrences = (): Occurrences => ({ terms: [], documents: [], frequencies: [] });

export function record(
  occurrences: Occurrences,
  document: number,
  frequencies: Iterable<readonly [term: number, frequency: number]>,
): void {
  for (const [term, frequency] of frequencies) {
    occurrences.terms.push(term);
    occurrences.documents.push(document);
    occurrences.frequencies.push(frequency);
  }
}

/** Sorts occurrences by term. */
export function pack({ terms, documents, frequencies }: Occurrences, termCount: number): Postings {
  const postings = reserve(terms, termCount);
  const next = postings.starts.slice();
  for (let at = 0; at < terms.length; at += 1) {
    const place = next[terms[at]!]!++;
    postings.documents[place] = documents[at]!;
    postings.frequencies[place] = frequencies[at]!;
  }
  return postings;
}

/** Postings, and which numbers their terms and documents get; those below zero are left out. */
export interface Part {
  postings: Postings;
  terms: Int32Array;
  documents: Int32Array;
}

/** Postings of several parts as one, documents of later parts having the higher numbers. Nothing is counted anew. */
export function gather(parts: readonly Part[], termCount: number): Postings {
  const kept: number[] = [];
  eachKept(parts, (term) => kept.push(term));
  const postings = reserve(kept, termCount);
  const next = postings.starts.slice();
  eachKept(parts, (term, document, frequency) => {
    const place = next[term]!++;
    postings.documents[place] = document;
    postings.frequencies[place] = frequency;
  });
  return postings;
}

function eachKept(
  parts: readonly Part[],
  visit: (term: number, document: number, frequency: number) => void,
): void {
  for (const { postings, terms, documents } of parts) {
    for (let term = 0; term < terms.length; term += 1) {
      const number = terms[term]!;
      if (number < 0) continue;
      for (let at = postings.starts[term]!; at < postings.starts[term + 1]!; at += 1) {
        const document = documents[postings.documents[at]!]!;
        if (document >= 0) visit(number, document, postings.frequencies[at]!);
      }
    }
  }
}

function reserve(terms: readonly number[], termCount: number): Postings {
  const starts = new Uint32Array(termCount + 1);
  for (const term of terms) starts[term + 1]! += 1;
  for (let term = 0; term < termCount; term += 1) starts[term + 1]! += starts[term]!;
  return {
    starts,
    documents: new Uint32Array(terms.length),
    frequencies: new Float32Array(terms.length),
  };
}
