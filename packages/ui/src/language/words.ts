import type { Language } from './choice'
import type { zhHans } from './zh-hans'

/** Every sentence that is translated, as it stands in English: the sentence itself is the key. `{name}` is a hole for a value. */
export type Text = keyof typeof zhHans

/** What a text of the other languages has to hold. */
export type Catalog = Readonly<Record<Text, string>>

/** The names of a text's holes. */
export type Holes<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never

/** A text without holes, such as a label in a table: `t` is called where it is shown. */
export type Phrase = { readonly [T in Text]: Holes<T> extends never ? T : never }[Text]

type Values<T extends Text> = { readonly [Name in Holes<T>]: string | number }

/** Nouns that can be counted: the catalogues hold them as `{n} files`. */
export type Noun = { readonly [T in Text]: T extends `{n} ${infer Many}s` ? Many : never }[Text]

interface Spoken {
  language: Language
  catalog: Catalog | undefined
  /** For sentences of the runtime. */
  told: ((text: string) => string) | undefined
}

const spoken: Spoken = { language: 'en', catalog: undefined, told: undefined }

/** The language on screen. */
export function language(): Language {
  return spoken.language
}

/** How dates and times of day are written in it. */
export function locale(): string {
  return LOCALES[spoken.language]
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', 'zh-Hans': 'zh-CN', 'zh-Hant': 'zh-TW' }

/** From now on everything is said in this language; what is on screen already has to be drawn again. */
export function speakWith(tag: Language, catalog: Catalog | undefined, told?: (text: string) => string): void {
  spoken.language = tag
  spoken.catalog = catalog
  spoken.told = told
}

/** A sentence in the language on screen. Called while something is drawn, never when a module loads: the language is not known by then. */
export function t(text: Phrase): string
export function t<T extends Text>(text: T, values: Values<T>): string
export function t(text: Text, values: Readonly<Record<string, string | number>> = {}): string {
  return filled(translated(text), (name) => {
    const value = values[name] ?? `{${name}}`
    return typeof value === 'string' ? said(value) : String(value)
  }).join('')
}

/**
 * What the runtime said to the person (why something is asked, what failed), in the language on screen: it stands in English in the log.
 * A sentence that has no translation stays as it is.
 */
export function said(text: string): string {
  return spoken.told?.(text) ?? text
}

/** `1 file`, `3 files`; languages without a plural have one form for both. */
export function plural(n: number, noun: Noun): string {
  const many: `{n} ${Noun}s` = `{n} ${noun}s`
  return spoken.catalog === undefined && n === 1 ? `1 ${noun}` : filled(translated(many), () => String(n)).join('')
}

/** The text in the language on screen, with its holes. */
export function translated(text: Text): string {
  return spoken.catalog?.[text] ?? text
}

/** A text cut at its holes, each hole put as `fill` says. */
export function filled<T>(text: string, fill: (name: string) => T): (string | T)[] {
  return text.split(/\{(\w+)\}/).map((part, at) => (at % 2 === 1 ? fill(part) : part))
}
