import { assignedIn, isPlaceholder, keysIn, looksRandom, NAMES_SECRET } from './key-shapes'
import { decodedIn, formsOf, LEAST, spellingsOf, squeeze, viewsOf } from './secret-forms'

/** A value that must not leave, and what it is called; the name is shown, the value never. */
export interface Secret {
  /** Words for a person, such as `API_KEY of .env`. */
  readonly name: string
  readonly value: string
  /** Planted by us: nobody has a use for it, so whoever sends it reads what is not theirs. */
  readonly isCanary?: true
}

/** What the log says of a request that was refused for what it holds. */
export const LEAK_RULES = { canary: 'leak:canary', secret: 'leak:secret' } as const

/** A secret that a text holds. It does not hold the secret. */
export interface Finding {
  readonly what: string
  /** False: it looks like one and may be none. */
  readonly isSure: boolean
  readonly isCanary: boolean
}

/** Secrets of a file that may hold some, by what its lines say. @param path as it is shown */
export function secretsOfFile(path: string, text: string): readonly Secret[] {
  const found = new Map<string, Secret>()
  const add = (name: string, value: string): void => {
    if (value.length >= LEAST && !isPlaceholder(value) && !found.has(value)) found.set(value, { name: `${name} of ${path}`, value })
  }
  for (const [, name = '', quoted, bare = ''] of text.matchAll(LINE)) {
    const value = quoted ?? bare.trim()
    const isAddress = value.includes('://')
    if (!isAddress && (NAMES_SECRET.test(name) || looksRandom(value))) add(name, value)
  }
  for (const [, value = ''] of text.matchAll(/\bpassword\s+(\S+)/g)) add('a password', value)
  for (const { what, text: value } of keysIn(text)) add(what, value)
  if (text.includes('PRIVATE KEY-----'))
    for (const [line] of text.matchAll(/^[A-Za-z0-9+/=]{24,}$/gm)) add('a line of the private key', line)
  return [...found.values()]
}

/** `NAME=value`, `name: value`, `"name": "value"`; of `//host/:name=value` the last part of the name. */
const LINE = /^[^=\n"']{0,200}?["']?\b(\w[\w.-]{0,100})["']?[ \t]*(?:=|:(?=[ \t"']))[ \t]*(?:["'`]([^"'`\n]*)["'`]|([^"'`\s#][^\n]*))/gm

/** Looks for known values in any spelling, for shapes of keys, and for what only looks like one. */
export interface Detector {
  /** What a text holds that should not leave. Each once. */
  find(text: string): readonly Finding[]
  /** The text with a mark in the place of each secret that stands in it, plain or coded. */
  redact(text: string): string
}

/** Building costs what the secrets are many; looking costs what the text is long. */
export function createDetector(secrets: readonly Secret[]): Detector {
  const forms = new FormTable(secrets)
  return {
    find: (text) => {
      const findings = new Map<string, Finding>()
      const add = (what: string, isSure: boolean, isCanary = false): void => {
        if (!findings.get(what)?.isSure) findings.set(what, { what, isSure, isCanary })
      }
      for (const secret of forms.in(viewsOf(text))) add(secret.name, true, secret.isCanary === true)
      for (const view of decodedIn(text)) for (const { what } of keysIn(view)) add(what, true)
      for (const view of viewsOf(text)) for (const { what } of assignedIn(view)) add(what, false)
      return [...findings.values()]
    },
    redact: (text) => redacted(text, secrets),
  }
}

/** Spellings of many values, found in one pass over the text. */
class FormTable {
  /** By their first letters. */
  readonly #forms = new Map<string, { readonly form: string; readonly secret: Secret }[]>()
  /** Of nothing but signs: there is nothing to squeeze them to. */
  readonly #signs: readonly Secret[]

  constructor(secrets: readonly Secret[]) {
    this.#signs = secrets.filter(({ value }) => squeeze(value).length < LEAST)
    for (const secret of secrets) {
      for (const form of formsOf(secret.value)) {
        const start = form.slice(0, LEAST)
        this.#forms.set(start, [...(this.#forms.get(start) ?? []), { form, secret }])
      }
    }
  }

  in(views: readonly string[]): ReadonlySet<Secret> {
    return new Set(
      views.flatMap((view) => [...this.#signs.filter(({ value }) => view.includes(value)), ...this.#inSqueezed(squeeze(view))]),
    )
  }

  #inSqueezed(text: string): readonly Secret[] {
    const found: Secret[] = []
    for (let at = 0; at + LEAST <= text.length && this.#forms.size > 0; at++) {
      const here = this.#forms.get(text.slice(at, at + LEAST))
      if (here) found.push(...here.filter(({ form }) => text.startsWith(form, at)).map(({ secret }) => secret))
    }
    return found
  }
}

/** The mark says what stood there; the model can speak of it, and a file that holds the mark is seen to. */
const mark = (name: string): string => `[secret: ${name}]`

function redacted(text: string, secrets: readonly Secret[]): string {
  let clean = text
  // The longest first: one that is part of another leaves nothing of it.
  for (const { name, value } of secrets.toSorted((a, b) => b.value.length - a.value.length)) {
    for (const spelled of spellingsOf(value)) if (clean.includes(spelled)) clean = clean.replaceAll(spelled, () => mark(name))
  }
  for (const { what, text: key } of keysIn(clean)) clean = clean.replaceAll(key, () => mark(what))
  return clean
}
