import type { OptionSpec } from '../options'

const FORMATS = ['old-line-format', 'new-line-format', 'unchanged-line-format', 'old-group-format', 'new-group-format', 'unchanged-group-format', 'changed-group-format'] // prettier-ignore

/** What `diff` is asked with. */
export const DIFF_OPTIONS: readonly OptionSpec[] = [
  { key: 'normal', long: ['normal'] },
  { key: 'brief', short: 'q', long: ['brief'] },
  { key: 'report-identical', short: 's', long: ['report-identical-files'] },
  { key: 'context', short: 'c' },
  { key: 'context-lines', short: 'C', long: ['context'], value: 'required' },
  { key: 'unified', short: 'u' },
  { key: 'unified-lines', short: 'U', value: 'required' },
  { key: 'unified-lines', long: ['unified'], value: 'optional' },
  { key: 'count', long: ['count'], value: 'required' },
  { key: 'ed', short: 'e', long: ['ed'] },
  { key: 'rcs', short: 'n', long: ['rcs'] },
  { key: 'forward-ed', short: 'f', long: ['forward-ed'] },
  { key: 'side-by-side', short: 'y', long: ['side-by-side'] },
  { key: 'width', short: 'W', long: ['width'], value: 'required' },
  { key: 'left-column', long: ['left-column'] },
  { key: 'suppress-common-lines', long: ['suppress-common-lines'] },
  { key: 'function', short: 'p', long: ['show-c-function'] },
  { key: 'section', short: 'F', long: ['show-function-line'], value: 'required' },
  { key: 'label', short: 'L', long: ['label'], value: 'required' },
  { key: 'expand-tabs', short: 't', long: ['expand-tabs'] },
  { key: 'initial-tab', short: 'T', long: ['initial-tab'] },
  { key: 'tabsize', long: ['tabsize'], value: 'required' },
  { key: 'suppress-blank-empty', long: ['suppress-blank-empty'] },
  { key: 'paginate', short: 'l', long: ['paginate'], missing: true },
  { key: 'recursive', short: 'r', long: ['recursive'] },
  { key: 'no-dereference', long: ['no-dereference'] },
  { key: 'new-file', short: 'N', long: ['new-file'] },
  { key: 'unidirectional', short: 'P', long: ['unidirectional-new-file'] },
  { key: 'ignore-file-name-case', long: ['ignore-file-name-case'], missing: true },
  { key: 'exclude', short: 'x', long: ['exclude'], value: 'required' },
  { key: 'exclude-from', short: 'X', long: ['exclude-from'], value: 'required' },
  { key: 'starting-file', short: 'S', long: ['starting-file'], value: 'required' },
  { key: 'from-file', long: ['from-file'], value: 'required' },
  { key: 'to-file', long: ['to-file'], value: 'required' },
  { key: 'case', short: 'i', long: ['ignore-case'] },
  { key: 'tab-expansion', short: 'E', long: ['ignore-tab-expansion'] },
  { key: 'trailing-space', short: 'Z', long: ['ignore-trailing-space'] },
  { key: 'space-change', short: 'b', long: ['ignore-space-change'] },
  { key: 'all-space', short: 'w', long: ['ignore-all-space'] },
  { key: 'blank-lines', short: 'B', long: ['ignore-blank-lines'] },
  { key: 'ignore-matching', short: 'I', long: ['ignore-matching-lines'], value: 'required' },
  { key: 'text', short: 'a', long: ['text'] },
  { key: 'strip-cr', long: ['strip-trailing-cr'] },
  { key: 'ifdef', short: 'D', long: ['ifdef'], value: 'required' },
  { key: 'line-format', long: ['line-format'], value: 'required' },
  ...FORMATS.map((name) => ({ key: name, long: [name], value: 'required' as const })),
  { key: 'minimal', short: 'd', long: ['minimal'] },
  { key: 'horizon', long: ['horizon-lines'], value: 'required' },
  { key: 'speed-large-files', short: 'H', long: ['speed-large-files'], missing: true },
  { key: 'merge-assist', long: ['sdiff-merge-assist'] },
  { key: 'color', long: ['color'], value: 'optional' },
  { key: 'palette', long: ['palette'], value: 'required', missing: true },
]

/** `-5u` and `-u5` say how many lines of context there are. */
export function withoutDigits(word: string): readonly string[] {
  const [, before, digits, after] = /^-([a-zA-Z]*)(\d+)([a-zA-Z]*)$/.exec(word) ?? []
  if (before === undefined || digits === undefined || /[UCWxXIFLSD]/.test(before)) return [word]
  return [before, after ?? ''].flatMap((letters) => (letters === '' ? [] : [`-${letters}`])).concat(`--count=${digits}`)
}
