import type { SimpleCommand } from './command-line'

type Argv = SimpleCommand['argv']

/** Programs that start another one, named in their arguments. */
const WRAPPERS: ReadonlySet<string> = new Set(
  'env xargs sudo doas nohup nice ionice time timeout watch command builtin exec setsid stdbuf find strace chroot su flock parallel'.split(
    ' ',
  ),
)

/**
 * The places in a command's words where a command begins: `env A=1 curl x` is `curl x` as well. Rules that ask or deny hold for each of them; a
 * rule that allows speaks of the whole alone.
 */
export function startsOf(argv: Argv): readonly number[] {
  const [program] = argv
  return typeof program === 'string' && WRAPPERS.has(nameOf(program)) ? argv.map((_, at) => at) : [0]
}

/** `/usr/bin/curl` is `curl`. */
export function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1)
}

const SHELLS: ReadonlySet<string> = new Set('sh bash dash zsh ksh ash fish eval source . trap alias'.split(' '))
const INTERPRETERS = /^(?:node|nodejs|deno|bun|tsx|python[\d.]*|ruby|perl|php|lua|osascript)$/
const INLINE = /^(?:-[a-zA-Z]*[cepr]|--(?:eval|print|command|exec))(?:=|$)/

/** Whether its words say nothing of what it will run: shells and what they are given, interpreters with a program in their arguments or input. */
export function runsAnything(argv: Argv): boolean {
  const [program, ...rest] = argv
  if (typeof program !== 'string') return true
  const name = nameOf(program)
  if (SHELLS.has(name) || WRAPPERS.has(name)) return true
  if (!INTERPRETERS.test(name)) return false
  return rest.every((word) => word === '-') || rest.some((word) => word !== null && INLINE.test(word))
}
