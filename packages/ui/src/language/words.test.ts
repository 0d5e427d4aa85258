import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { languageChoice, languageOf } from './choice'
import { filled, plural, speakWith, t } from './words'
import { zhHans } from './zh-hans'
import { zhHant } from './zh-hant'

const ROOT = join(import.meta.dirname, '../../../..')

/** Files of a folder of the page, tests and catalogues left out. */
function sources(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|\.d\.ts$|language\/zh-/.test(path))
    .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(join(ROOT, folder, path), 'utf8') }))
}

const PAGE = [...sources('packages/ui/src'), ...sources('apps/web/src')]
const holes = (text: string): readonly string[] => filled(text, (name) => `{${name}}`).filter((part) => /^\{\w+\}$/.test(part))

afterEach(() => speakWith('en', undefined))

describe('texts and their languages', () => {
  it('has each text in each language, with the same holes', () => {
    expect(Object.keys(zhHant).toSorted()).toEqual(Object.keys(zhHans).toSorted())
    for (const catalog of [zhHans, zhHant]) {
      for (const [text, translation] of Object.entries(catalog)) {
        expect(translation.trim(), text).not.toBe('')
        expect([...holes(translation)].toSorted(), text).toEqual([...holes(text)].toSorted())
      }
    }
  })

  it('holds no text that nothing says', () => {
    const all = PAGE.map(({ text }) => text).join('\n')
    const written = (text: string): boolean =>
      ["'", '"', '`'].some((quote) => all.includes(`${quote}${text.replaceAll(quote, `\\${quote}`)}${quote}`))
    const isCounted = (text: string): boolean => {
      const many = /^\{n\} (.+)s$/.exec(text)
      return many !== null && written(many[1] ?? '')
    }
    expect(Object.keys(zhHans).filter((text) => !written(text) && !isCounted(text))).toEqual([])
  })

  it('has no text twice in one language', () => {
    const texts = sourcesOf('zh-hans').flatMap((part) => [...part.matchAll(/^ {2}(?:'((?:[^'\\]|\\.)+)'|"([^"]+)"|(\w+)):/gm)])
    const names = texts.map(([, ...groups]) => groups.find((group) => group !== undefined))
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })
})

function sourcesOf(folder: string): readonly string[] {
  const path = join(import.meta.dirname, folder)
  return readdirSync(path).map((name) => readFileSync(join(path, name), 'utf8'))
}

describe('what is said', () => {
  it('is English without a catalogue, one thing and many', () => {
    expect([t('Language'), t('{s} s', { s: 3 }), plural(1, 'file'), plural(3, 'file')]).toEqual(['Language', '3 s', '1 file', '3 files'])
  })

  it('is the other language with one', () => {
    speakWith('zh-Hant', zhHant)
    expect([t('Language'), t('{s} s', { s: 3 }), plural(1, 'file'), plural(3, 'file')]).toEqual(['語言', '3 秒', '1 個檔案', '3 個檔案'])
  })
})

describe('the language', () => {
  it.each([
    [['en-GB', 'zh'], 'en'],
    [['fr', 'zh-TW'], 'zh-Hant'],
    [['zh-Hant-CN'], 'zh-Hant'],
    [['zh-Hans-HK'], 'zh-Hans'],
    [['zh-HK'], 'zh-Hant'],
    [['zh'], 'zh-Hans'],
    [['zh-SG'], 'zh-Hans'],
    [['de'], 'en'],
    [[], 'en'],
  ])('of a browser that prefers %j is %s', (preferred, language) => {
    expect(languageOf('browser', preferred)).toBe(language)
  })

  it('is what was chosen, and the browser’s where that is none', () => {
    expect(languageOf('zh-Hans', ['en'])).toBe('zh-Hans')
    expect([languageChoice('zh-Hant'), languageChoice('xx'), languageChoice(null)]).toEqual(['zh-Hant', 'browser', 'browser'])
  })
})
