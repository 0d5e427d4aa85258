import { locale, t } from '../language'
import { visibleText } from './visible-text'
import type { EditQuestion } from './request'

/** What is to be known of a request before it is read. */
export interface RequestSize {
  /** `4,021 characters in 12 lines`. */
  readonly size: string
  /** `3 hidden characters, spelled out`; undefined where nothing hides. */
  readonly hidden: string | undefined
}

/** So much is seen at a glance. */
const GLANCE = { characters: 400, lines: 12 } as const

/** Undefined for a request that is seen at a glance and hides nothing. */
export function requestSize(request: {
  readonly bytes: string
  readonly command?: string | undefined
  readonly edit?: EditQuestion | undefined
}): RequestSize | undefined {
  const { bytes, command, edit } = request
  const text = command ?? (edit ? [edit.path, edit.before ?? '', edit.after].join('\n') : bytes)
  const lines = text.split('\n').length
  const hiding = visibleText(text).filter((part) => part.type === 'escape' && part.text !== TAB).length
  if (hiding === 0 && text.length <= GLANCE.characters && lines <= GLANCE.lines) return undefined
  const n = text.length.toLocaleString(locale())
  const size =
    lines === 1 ? t('{n} characters in 1 line', { n }) : t('{n} characters in {lines} lines', { n, lines: lines.toLocaleString(locale()) })
  return { size, hidden: hiding === 0 ? undefined : hiddenText(hiding) }
}

function hiddenText(n: number): string {
  if (n === 1) return t('1 place that would not show, spelled out')
  return t('{n} places that would not show, spelled out', { n: n.toLocaleString(locale()) })
}

const TAB = '\\u{0009}'
