import { findPersonal } from '../core/guards/detect'
import { isPlaceholder, NAMES_SECRET, assignedIn } from '../core/gate/key-shapes'
import type { Patterns } from './clean-text'

/** Stands in the place of every value of a file of settings. */
export const DOTENV_MARK = '[value not shared]'

/**
 * What goes from a copy for others beside what is known to be secret: what looks like a secret and, as the person wishes, who they are. More is
 * taken than the gate would stop: here a person looks at what was taken, and nothing fails for it.
 */
export function patternsOf({ personal }: { readonly personal: boolean }): Patterns {
  return (text, found) => {
    const put = (mark: string): string => {
      found.add(mark)
      return mark
    }
    let left = text.replaceAll(REQUEST, (_all, before: string) => `${before}${put('[secret: credentials of a request]')}`)
    for (const { what, text: value } of assignedIn(left)) left = left.replaceAll(value, () => put(`[secret: ${what}]`))
    left = left.replaceAll(SETTING, (...[all = '', before = '', name = '', quote = '', value = '']: readonly string[]) =>
      NAMES_SECRET.test(name) && !isPlaceholder(value) ? `${before}${quote}${put(`[secret: ${name}]`)}` : all,
    )
    return personal ? withoutPerson(left, put) : left
  }
}

function withoutPerson(text: string, put: (mark: string) => string): string {
  let left = text.replaceAll(HOME, (all, name: string) => (NOBODY.test(name) ? all : put('[home folder]')))
  if (!left.includes('@')) return left
  for (const { kind, text: address } of findPersonal(left)) {
    if (kind === 'e-mail address' && IS_MAIL.test(address)) left = left.replaceAll(address, () => put('[e-mail address]'))
  }
  return left
}

/** Of `Authorization: Bearer …` and its like. */
const REQUEST = /(\bAuthorization["']?\s{0,3}[:=]\s{0,3}["']?(?:Basic|Bearer|Token)\s{1,3})[A-Za-z0-9._~+/=-]{8,}/gi

/** A line of a file of settings, as `env` and `cat .env` print it. */
const SETTING = /^([ \t]{0,20}(?:export[ \t]{1,5})?([A-Z][A-Z0-9_]{1,60})=)(["']?)([^\s"'#$[]{4,})/gm

/** Also as JSON and JavaScript spell a backslash. */
const HOME = /(?<![\w.-])(?:\/(?:home|Users)\/|[A-Za-z]:\\{1,2}Users\\{1,2})([^\s/\\"'`:;,<>|()[\]{}]{1,64})/g

/** The sandbox's own, and those that every machine has. */
const NOBODY = /^(?:user|shared|public|default|\$.*)$/i

/** `react@19.1.0` and `icon@2x.png` are none. */
const IS_MAIL = /@(?!\d+x\.)[^@]*\.[A-Za-z]{2,24}$/

/** Whether dotenv reads a file of this path, and it is no example. */
export function isDotenv(path: string): boolean {
  return /(?:^|\/)\.env(?:\.[^/]*)?$/i.test(path) && !/\.(?:example|sample|template|dist|defaults?)$/i.test(path)
}

/** The names of a file of settings without what they are set to. */
export function withoutSettings(text: string): string {
  return text.replaceAll(
    /^([ \t]*(?:export[ \t]+)?[\w.-]+[ \t]*[=:][ \t]*)(?!.*\[secret: )(\S.*)$/gm,
    (_all, before: string) => `${before}${DOTENV_MARK}`,
  )
}
