import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { languageChoice, languageOf } from './choice'
import { sayer } from './sayer'
import { filled, plural, said, speakWith, t } from './words'
import { runtime as runtimeHans, zhHans } from './zh-hans'
import { runtime as runtimeHant, zhHant } from './zh-hant'

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
    expect(Object.keys(runtimeHant).toSorted()).toEqual(Object.keys(runtimeHans).toSorted())
    for (const catalog of [zhHans, zhHant, runtimeHans, runtimeHant]) {
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

  it('translates what the runtime really says', () => {
    const all = ['packages/runtime/src', 'packages/protocol/src', 'packages/relay-client/src', 'apps/web/src', 'apps/relay/src']
      .flatMap((folder) => sources(folder))
      .map(({ text }) => text.replaceAll("\\'", "'"))
      .join('\n')
    const isSaid = (sentence: string): boolean =>
      filled(sentence, () => '').every((piece) => all.includes(piece)) && filled(sentence, () => '').join('').length > 8
    expect(Object.keys(runtimeHans).filter((sentence) => !isSaid(sentence))).toEqual([])
  })

  it('has no text twice in one language', () => {
    const texts = sourcesOf('zh-hans').flatMap((part) => [...part.matchAll(/^ {2}(?:'((?:[^'\\]|\\.)+)'|"([^"]+)"|(\w+)):/gm)])
    const names = texts.map(([, ...groups]) => groups.find((group) => group !== undefined))
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })
})

function sourcesOf(folder: string): readonly string[] {
  const path = join(import.meta.dirname, folder)
  return readdirSync(path)
    .filter((name) => name !== 'runtime.ts')
    .map((name) => readFileSync(join(path, name), 'utf8'))
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

describe('what the runtime said', () => {
  const hans = sayer(runtimeHans)

  it.each([
    ['No rule allows this command.', '没有规则允许此命令。'],
    ['The model server is overloaded or broken (HTTP 529).', '模型服务器过载或出现故障（HTTP 529）。'],
    ['No rule allows post. In this mode each edit is asked about.', '没有规则允许 post。在此模式下，每次编辑都会询问。'],
    ['The provider rejected the key. It said: no', '提供商拒绝了密钥。 It said: no'],
    ['Something else happened.', 'Something else happened.'],
    ['src/a b.ts', 'src/a b.ts'],
  ])('%j is %j', (english, chinese) => {
    expect(hans(english)).toBe(chinese)
  })

  it('is not looked for in a long text of somebody', () => {
    const long = `${'No rule allows this command. '.repeat(100)}No rule allows this command.`
    expect(hans(long)).toBe(long)
  })

  it('is put into a sentence of the page in the language of both', () => {
    speakWith('zh-Hans', zhHans, hans)
    expect(t('{why} Nothing was decided.', { why: 'This request was already answered.' })).toBe('此请求已经答复过了。 尚未做出决定。')
    expect(said('Stopped. Send a message to go on.')).toBe('已停止。发送消息即可继续。')
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
