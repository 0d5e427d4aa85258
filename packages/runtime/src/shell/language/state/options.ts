/** `set -o` options by name, with their letter. */
export const SET_OPTIONS = {
  allexport: 'a',
  braceexpand: 'B',
  emacs: '',
  errexit: 'e',
  errtrace: 'E',
  functrace: 'T',
  hashall: 'h',
  histexpand: 'H',
  history: '',
  ignoreeof: '',
  'interactive-comments': '',
  keyword: 'k',
  monitor: 'm',
  noclobber: 'C',
  noexec: 'n',
  noglob: 'f',
  nolog: '',
  notify: 'b',
  nounset: 'u',
  onecmd: 't',
  physical: 'P',
  pipefail: '',
  posix: '',
  privileged: 'p',
  verbose: 'v',
  vi: '',
  xtrace: 'x',
} as const

export type SetOption = keyof typeof SET_OPTIONS

/** `shopt` options and whether they are on at the start. */
export const SHOPT_OPTIONS = {
  autocd: false,
  assoc_expand_once: false,
  cdable_vars: false,
  cdspell: false,
  checkhash: false,
  checkjobs: false,
  checkwinsize: true,
  cmdhist: true,
  compat31: false,
  compat32: false,
  compat40: false,
  compat41: false,
  compat42: false,
  compat43: false,
  compat44: false,
  complete_fullquote: true,
  direxpand: false,
  dirspell: false,
  dotglob: false,
  execfail: false,
  expand_aliases: false,
  extdebug: false,
  extglob: false,
  extquote: true,
  failglob: false,
  force_fignore: true,
  globasciiranges: true,
  globskipdots: true,
  globstar: false,
  gnu_errfmt: false,
  histappend: false,
  histreedit: false,
  histverify: false,
  hostcomplete: true,
  huponexit: false,
  inherit_errexit: false,
  interactive_comments: true,
  lastpipe: false,
  lithist: false,
  localvar_inherit: false,
  localvar_unset: false,
  login_shell: false,
  mailwarn: false,
  no_empty_cmd_completion: false,
  nocaseglob: false,
  nocasematch: false,
  noexpand_translation: false,
  nullglob: false,
  patsub_replacement: true,
  progcomp: true,
  progcomp_alias: false,
  promptvars: true,
  restricted_shell: false,
  shift_verbose: false,
  sourcepath: true,
  varredir_close: false,
  xpg_echo: false,
} as const

export type Shopt = keyof typeof SHOPT_OPTIONS

export function isSetOption(name: string): name is SetOption {
  return Object.hasOwn(SET_OPTIONS, name)
}

export function isShopt(name: string): name is Shopt {
  return Object.hasOwn(SHOPT_OPTIONS, name)
}

/** The option of a letter of `set`. */
export function optionOfLetter(letter: string): SetOption | undefined {
  for (const [name, own] of Object.entries(SET_OPTIONS)) if (own === letter && letter !== '' && isSetOption(name)) return name
  return undefined
}

/** What is on in a shell that runs a script. */
export const FIRST_OPTIONS: readonly SetOption[] = ['braceexpand', 'hashall', 'interactive-comments']
