import type { Language } from './choice'
import { speakWith } from './words'

/**
 * Loads a language and speaks it. English is in the texts themselves and loads nothing.
 * @throws TypeError when its file cannot be fetched; what was spoken before still is
 */
export async function speak(language: Language): Promise<void> {
  speakWith(language, await catalogOf(language))
  document.documentElement.lang = language
}

async function catalogOf(language: Language) {
  if (language === 'zh-Hans') return (await import('./zh-hans')).zhHans
  if (language === 'zh-Hant') return (await import('./zh-hant')).zhHant
  return undefined
}
