/** Languages that the product speaks, by their BCP 47 tags. */
export type Language = 'en' | 'zh-Hans' | 'zh-Hant'

/** What the person picked; `browser` follows the browser's own list. */
export type LanguageChoice = 'browser' | Language

/** Where the choice is kept. */
export const LANGUAGE_KEY = 'tabwright.language'

/** What each language is called by those who read it. */
export const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['zh-Hans', '简体中文'],
  ['zh-Hant', '繁體中文'],
]

/** Anything that is not a known choice is `browser`. */
export function languageChoice(text: string | null): LanguageChoice {
  return LANGUAGES.find(([tag]) => tag === text)?.[0] ?? 'browser'
}

/** @param preferred tags as in `navigator.languages`, the best first */
export function languageOf(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'browser') return choice
  for (const tag of preferred) {
    const found = known(tag)
    if (found) return found
  }
  return 'en'
}

function known(tag: string): Language | undefined {
  const parts = tag.toLowerCase().split(/[-_]/)
  if (parts[0] === 'en') return 'en'
  if (parts[0] !== 'zh') return undefined
  if (parts.includes('hant')) return 'zh-Hant'
  // Without a script the region tells it.
  return !parts.includes('hans') && ['tw', 'hk', 'mo'].some((region) => parts.includes(region)) ? 'zh-Hant' : 'zh-Hans'
}
