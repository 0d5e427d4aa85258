import { BadOption, type OptionSpec } from '../../options'

/** What tar is to do. */
export type TarMode = 'create' | 'extract' | 'list' | 'append' | 'update' | 'diff' | 'delete'

const flags = (table: Readonly<Record<string, string>>): readonly OptionSpec[] =>
  Object.entries(table).map(([key, short]) => ({ key, long: [key], ...(short === '' ? {} : { short }) }))
const valued = (table: Readonly<Record<string, string>>): readonly OptionSpec[] =>
  flags(table).map((spec) => ({ ...spec, value: 'required' as const }))
const missing = (specs: readonly OptionSpec[]): readonly OptionSpec[] => specs.map((spec) => ({ ...spec, missing: true as const }))

/** Every option of tar 1.34. */
export const TAR_OPTIONS: readonly OptionSpec[] = [
  { key: 'create', short: 'c', long: ['create'] },
  { key: 'extract', short: 'x', long: ['extract', 'get'] },
  { key: 'list', short: 't', long: ['list'] },
  { key: 'append', short: 'r', long: ['append'] },
  { key: 'update', short: 'u', long: ['update'] },
  { key: 'diff', short: 'd', long: ['diff', 'compare'] },
  { key: 'delete', long: ['delete'] },
  { key: 'gzip', short: 'z', long: ['gzip', 'gunzip', 'ungzip'] },
  { key: 'bzip2', short: 'j', long: ['bzip2'] },
  { key: 'same-permissions', short: 'p', long: ['preserve-permissions', 'same-permissions'] },
  { key: 'same-order', short: 's', long: ['preserve-order', 'same-order'] },
  { key: 'old-archive', long: ['old-archive', 'portability'] },
  { key: 'posix', long: ['posix'] },
  { key: 'newer', short: 'N', long: ['newer', 'after-date'], value: 'required' },
  { key: 'transform', long: ['transform', 'xform'], value: 'required' },
  { key: 'one-top-level', long: ['one-top-level'], value: 'optional' },
  { key: 'occurrence', long: ['occurrence'], value: 'optional' },
  { key: 'totals', long: ['totals'], value: 'optional' },
  { key: 'to-stdout', short: 'O', long: ['to-stdout'] },
  { key: 'to-command', long: ['to-command'], value: 'required' },
  { key: 'dereference', short: 'h', long: ['dereference'] },
  { key: 'no-same-owner', short: 'o', long: ['no-same-owner'] },
  { key: 'auto-compress', short: 'a', long: ['auto-compress'] },
  { key: 'atime-preserve', long: ['atime-preserve'], value: 'optional' },
  { key: 'absolute-names', short: 'P', long: ['absolute-names'] },
  ...flags({
    verbose: 'v', 'keep-old-files': 'k', 'ignore-zeros': 'i', touch: 'm', 'check-links': 'l', 'unlink-first': 'U', seek: 'n', 'read-full-records': 'B',
    'keep-newer-files': '', 'skip-old-files': '', overwrite: '', 'no-overwrite-dir': '', 'keep-directory-symlink': '', 'recursive-unlink': '',
    'remove-files': '', recursion: '', 'no-recursion': '', anchored: '', 'no-anchored': '', wildcards: '', 'no-wildcards': '', 'ignore-case': '',
    'no-ignore-case': '', 'wildcards-match-slash': '', 'no-wildcards-match-slash': '', 'exclude-vcs': '', 'exclude-backups': '',
    null: '', 'no-null': '', 'verbatim-files-from': '', 'no-verbatim-files-from': '', unquote: '', 'no-unquote': '', 'show-transformed-names': '',
    'show-stored-names': '', 'numeric-owner': '', 'same-owner': '', 'no-same-permissions': '', 'full-time': '', utc: '', 'force-local': '',
    'hard-dereference': '', 'one-file-system': '', 'no-xattrs': '', xattrs: '', acls: '', 'no-acls': '', selinux: '', 'no-selinux': '',
    'no-auto-compress': '', 'delay-directory-restore': '', 'no-delay-directory-restore': '', restrict: '', 'ignore-failed-read': '', 'no-seek': '',
    'clamp-mtime': '', 'no-quote-chars': '',
  }), // prettier-ignore
  ...valued({
    file: 'f', directory: 'C', 'blocking-factor': 'b', 'record-size': '', exclude: '', 'exclude-from': 'X', 'files-from': 'T', 'add-file': '',
    mtime: '', owner: '', group: '', mode: '', sort: '', format: 'H', 'strip-components': '', 'newer-mtime': '', 'use-compress-program': 'I', warning: '', 'pax-option': '',
  }), // prettier-ignore
  ...missing([
    { key: 'concatenate', short: 'A', long: ['catenate', 'concatenate'] },
    { key: 'xz', short: 'J', long: ['xz'] },
    { key: 'compress', short: 'Z', long: ['compress', 'uncompress'] },
    { key: 'checkpoint', long: ['checkpoint'], value: 'optional' },
    { key: 'backup', long: ['backup'], value: 'optional' },
    { key: 'hole-detection', long: ['hole-detection'], value: 'required' },
    ...flags({
      'test-label': '', lzip: '', lzma: '', lzop: '', zstd: '', verify: 'W', interactive: 'w', confirmation: '', sparse: 'S',
      'multi-volume': 'M', incremental: 'G', 'block-number': 'R', 'exclude-vcs-ignores': '', 'exclude-caches': '', 'exclude-caches-under': '',
      'exclude-caches-all': '', 'show-omitted-dirs': '', 'show-defaults': '', 'show-snapshot-field-ranges': '', 'ignore-command-error': '',
      'no-ignore-command-error': '', 'no-check-device': '', 'check-device': '',
    }), // prettier-ignore
    ...valued({
      'listed-incremental': 'g', 'starting-file': 'K', 'tape-length': 'L', label: 'V', 'new-volume-script': 'F',
      'info-script': '', 'volno-file': '', 'quoting-style': '', 'quote-chars': '', 'index-file': '', 'owner-map': '',
      'group-map': '', 'exclude-tag': '', 'exclude-tag-under': '', 'exclude-tag-all': '', 'exclude-ignore': '', 'exclude-ignore-recursive': '',
      'checkpoint-action': '', 'rmt-command': '', 'rsh-command': '', 'sparse-version': '', level: '', suffix: '', 'set-mtime-command': '',
      'xattrs-include': '', 'xattrs-exclude': '',
    }), // prettier-ignore
  ]),
]

const VALUED_LETTERS = new Set(TAR_OPTIONS.flatMap(({ short, value }) => (value === 'required' ? [...(short ?? '')] : [])))

/** `tar czf a.tgz src`: letters without a dash; their values stand behind them all, in order. */
export function newStyle(args: readonly string[]): readonly string[] {
  const [letters, ...rest] = args
  if (letters === undefined || letters.startsWith('-')) return args
  const out: string[] = []
  for (const letter of letters) {
    if (!VALUED_LETTERS.has(letter)) out.push(`-${letter}`)
    else {
      const value = rest.shift()
      if (value === undefined) throw new BadOption(`Old option '${letter}' requires an argument.`, 2)
      out.push(`-${letter}`, value)
    }
  }
  return [...out, ...rest]
}
