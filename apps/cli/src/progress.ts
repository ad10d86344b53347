/** What is being done at the moment, on one line of a terminal; nothing where stderr is none. */
export function progressLine(): { show(text: string): void; clear(): void } {
  if (!process.stderr.isTTY) return { show: () => {}, clear: () => {} };
  const clear = (): void => void process.stderr.write('\r\u001B[2K');
  return {
    show: (text) => {
      clear();
      process.stderr.write(text.slice(0, (process.stderr.columns ?? 80) - 1));
    },
    clear,
  };
}
