import type { Placeholder } from '@tabwright/protocol'
import type { Finding } from './detect'

/** A text in which the found parts have other names. */
export interface Masked {
  readonly text: string
  /** Names that are new with it. */
  readonly added: readonly Placeholder[]
}

/** Names what was found; the same text has the same name all through a session. What is known already is replaced wherever it stands. */
export function mask(text: string, findings: readonly Finding[], known: readonly Placeholder[]): Masked {
  const fresh = findings.filter((finding) => !known.some((one) => one.text === finding.text))
  const added = fresh.map(({ text: value }, i) => ({ name: `⟦hidden-${known.length + i + 1}⟧`, text: value }))
  // The longest first: one may be a part of another.
  const all = [...known, ...added].toSorted((a, b) => b.text.length - a.text.length)
  return { text: all.reduce((masked, { name, text: value }) => masked.replaceAll(value, () => name), text), added }
}

/** The text as it was. @param quote how a value is written where it comes back */
export function unmask(text: string, known: readonly Placeholder[], quote: (value: string) => string = (value) => value): string {
  return known.reduce((whole, { name, text: value }) => whole.replaceAll(name, () => quote(value)), text)
}
