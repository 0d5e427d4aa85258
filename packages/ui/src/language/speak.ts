import type { Language } from './choice'
import { sayer } from './sayer'
import { speakWith, type Catalog } from './words'

/**
 * Loads a language and speaks it. English is in the texts themselves and loads nothing.
 * @throws TypeError when its file cannot be fetched; what was spoken before still is
 */
export async function speak(language: Language): Promise<void> {
  const found = await catalogOf(language)
  speakWith(language, found?.catalog, found && sayer(found.runtime))
  document.documentElement.lang = language
}

async function catalogOf(language: Language): Promise<{ catalog: Catalog; runtime: Readonly<Record<string, string>> } | undefined> {
  if (language === 'en') return undefined
  if (language === 'zh-Hans') {
    const { zhHans: catalog, runtime } = await import('./zh-hans')
    return { catalog, runtime }
  }
  const { zhHant: catalog, runtime } = await import('./zh-hant')
  return { catalog, runtime }
}
