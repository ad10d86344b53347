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
  const starts = new Uint32Array(termCount + 1);
  for (const term of terms) starts[term + 1]! += 1;
  const postings = reserve(starts);
  const next = postings.starts.slice();
  for (let at = 0; at < terms.length; at += 1) {
    const place = next[terms[at]!]!++;
    postings.documents[place] = documents[at]!;
    postings.frequencies[place] = frequencies[at]!;
  }
  return postings;
}

/** Postings with new numbers for documents; those below zero are left out. Terms stay, even those that nobody has any more. */
export function renumberDocuments(postings: Postings, numbers: Int32Array): Postings {
  const starts = new Uint32Array(postings.starts.length);
  const documents = new Uint32Array(postings.documents.length);
  const frequencies = new Float32Array(postings.documents.length);
  let place = 0;
  for (let term = 0; term + 1 < starts.length; term += 1) {
    for (let at = postings.starts[term]!; at < postings.starts[term + 1]!; at += 1) {
      const document = numbers[postings.documents[at]!]!;
      if (document < 0) continue;
      documents[place] = document;
      frequencies[place] = postings.frequencies[at]!;
      place += 1;
    }
    starts[term + 1] = place;
  }
  return { starts, documents: documents.slice(0, place), frequencies: frequencies.slice(0, place) };
}

/** Postings, the numbers that their terms get (those below zero are left out), and what is added to those of their documents. */
export interface Part {
  postings: Postings;
  terms: Int32Array;
  firstDocument: number;
}

/** Postings of several parts as one, documents of later parts having the higher numbers. Nothing is counted anew. */
export function join(parts: readonly Part[], termCount: number): Postings {
  const starts = new Uint32Array(termCount + 1);
  for (const { postings, terms } of parts) {
    for (const [term, number] of terms.entries()) {
      if (number >= 0) starts[number + 1]! += postings.starts[term + 1]! - postings.starts[term]!;
    }
  }
  const joined = reserve(starts);
  const next = joined.starts.slice();
  for (const { postings, terms, firstDocument } of parts) {
    for (const [term, number] of terms.entries()) {
      if (number < 0) continue;
      for (let at = postings.starts[term]!; at < postings.starts[term + 1]!; at += 1) {
        const place = next[number]!++;
        joined.documents[place] = firstDocument + postings.documents[at]!;
        joined.frequencies[place] = postings.frequencies[at]!;
      }
    }
  }
  return joined;
}

/** Room for postings, given how many each term has (each count one place behind its term). */
function reserve(starts: Uint32Array<ArrayBuffer>): Postings {
  for (let term = 1; term < starts.length; term += 1) starts[term]! += starts[term - 1]!;
  const total = starts.at(-1)!;
  return { starts, documents: new Uint32Array(total), frequencies: new Float32Array(total) };
}
