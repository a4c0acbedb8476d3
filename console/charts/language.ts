/**
 * The languages that a browser may name and `Intl` refuses. In the locale `C` or `POSIX`, as in containers and on kiosks,
 * Chromium calls itself `en-US@posix`; `new Intl.NumberFormat` throws on it, and that is the first thing uPlot does with it.
 */

/** The language itself where it is one, without what a POSIX locale adds to it where that helps, else plain English. */
export function languageValid(given: string): string {
  const bare = given.replace(/[@.].*$/, '').replaceAll('_', '-')
  return [given, bare].find(isTag) ?? 'en'
}

function isTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length > 0
  } catch {
    return false
  }
}

/** For the whole page: whatever else asks the browser for its language gets one that can be used, too. */
export function languageMend(of: { readonly language: string }): void {
  const language = languageValid(of.language)
  if (language !== of.language) Object.defineProperty(of, 'language', { value: language, configurable: true })
}
