import { expect, it } from 'vitest'
import { languageMend, languageValid } from './language.ts'

it('leaves a language as it is, and makes one of what a POSIX locale says', () => {
  const cases = [
    ['en-GB', 'en-GB'],
    ['zh-Hans-CN', 'zh-Hans-CN'],
    ['en-US@posix', 'en-US'],
    ['de_DE.UTF-8', 'de-DE'],
    ['C', 'en'],
    ['', 'en'],
  ] as const
  for (const [given, valid] of cases) {
    expect(languageValid(given), given).toBe(valid)
    expect(() => new Intl.NumberFormat(languageValid(given))).not.toThrow()
  }
})

it('mends a browser whose language is inherited and cannot be set', () => {
  const browser = Object.create({
    get language() {
      return 'en-US@posix'
    },
  }) as { language: string }
  languageMend(browser)
  expect(browser.language).toBe('en-US')
})
