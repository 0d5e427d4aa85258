import { format } from './format'
import { inspect } from './inspect'
import type { World } from './context'

const encoder = new TextEncoder()

/** What is walked through is counted, with the key of each where it has one. */
function iteratedTable(data: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): string {
  const isMap = data instanceof Map
  const cells = [...data.entries()].map(([key, value], n) => [String(n), ...(isMap ? [inspect(key)] : []), inspect(value)])
  return box(['(iteration index)', ...(isMap ? ['Key'] : []), 'Values'], cells)
}

/** The box that `console.table` draws. */
function table(data: unknown, only: readonly string[] | undefined): string {
  if (data instanceof Map || data instanceof Set) return iteratedTable(data)
  const columns: string[] = []
  let hasValues = false
  const lines = Object.entries(Object(data)).map(([index, value]): Map<string, string> => {
    const cells = new Map([['(index)', index]])
    if (typeof value !== 'object' || value === null) {
      hasValues = true
      return cells.set('Values', inspect(value))
    }
    for (const [key, cell] of Object.entries(value)) {
      if (only !== undefined && !only.includes(key)) continue
      if (!columns.includes(key)) columns.push(key)
      cells.set(key, inspect(cell, { depth: 0 }))
    }
    return cells
  })
  const heads = ['(index)', ...columns, ...(hasValues ? ['Values'] : [])]
  return box(
    heads,
    lines.map((line) => heads.map((head) => line.get(head) ?? '')),
  )
}

function box(heads: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = heads.map((head, at) => Math.max(head.length, ...lines.map((line) => line[at]?.length ?? 0)) + 2)
  const row = (cells: readonly string[]): string =>
    `│${cells
      .map((cell, i) => {
        const space = (widths[i] ?? 0) - cell.length
        return ` ${cell}${' '.repeat(space - 1)}`
      })
      .join('│')}│\n`
  const rule = (left: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => '─'.repeat(width)).join(middle)}${right}`
  const body = lines.map(row).join('')
  return `${rule('┌', '┬', '┐')}\n${row(heads)}${rule('├', '┼', '┤')}\n${body}${rule('└', '┴', '┘')}`
}

/** The `console` of a program. */
export function consoleFor(world: Pick<World, 'write'>): Record<string, unknown> {
  let indent = ''
  const counts = new Map<string, number>()
  const timers = new Map<string, number>()
  const say = (stream: 'stdout' | 'stderr', text: string): void => {
    world.write(stream, encoder.encode(`${indent === '' ? text : indent + text.replaceAll('\n', `\n${indent}`)}\n`))
  }
  const out = (...args: unknown[]): void => say('stdout', format(...args))
  const err = (...args: unknown[]): void => say('stderr', format(...args))
  const group = (...args: unknown[]): void => {
    if (args.length > 0) out(...args)
    indent += '  '
  }
  const elapsed = (label: string): string => {
    const ms = performance.now() - (timers.get(label) ?? performance.now())
    return ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${Number(ms.toFixed(3))}ms`
  }
  return {
    log: out,
    info: out,
    debug: out,
    dirxml: out,
    error: err,
    warn: err,
    trace: (...args: unknown[]) => err(`Trace: ${format(...args)}\n${(new Error('trace').stack ?? '').split('\n').slice(1).join('\n')}`),
    dir: (value: unknown, options?: object) => say('stdout', inspect(value, { customInspect: false, ...options })),
    assert: (condition: unknown, ...args: unknown[]) => {
      if (!condition) err(typeof args[0] === 'string' ? `Assertion failed: ${format(...args)}` : format('Assertion failed', ...args))
    },
    group,
    groupCollapsed: group,
    groupEnd: () => {
      indent = indent.slice(2)
    },
    count: (label: unknown = 'default') => {
      const next = (counts.get(String(label)) ?? 0) + 1
      counts.set(String(label), next)
      out(`${String(label)}: ${next}`)
    },
    countReset: (label: unknown = 'default') => counts.delete(String(label)),
    time: (label: unknown = 'default') => timers.set(String(label), performance.now()),
    timeLog: (label: unknown = 'default', ...args: unknown[]) => out(`${String(label)}: ${elapsed(String(label))}`, ...args),
    timeEnd: (label: unknown = 'default') => {
      out(`${String(label)}: ${elapsed(String(label))}`)
      timers.delete(String(label))
    },
    table: (data: unknown, only?: readonly string[]) => (typeof data === 'object' && data !== null ? out(table(data, only)) : out(data)),
  }
}

/** The `console` module: the program's own, and the class of others. */
export function consoleModule(world: World): Record<string, unknown> {
  function Console(this: unknown, ...given: readonly unknown[]): object {
    const [first, second] = given
    const isOptions = typeof first === 'object' && first !== null && 'stdout' in first
    const [stdout, stderr] = isOptions ? [first.stdout, Reflect.get(first, 'stderr')] : [first, second]
    return consoleFor({
      write: (stream, bytes) => {
        const output = Object(stream === 'stderr' ? (stderr ?? stdout) : stdout)
        const write: unknown = Reflect.get(output, 'write')
        if (typeof write === 'function') Reflect.apply(write, output, [new TextDecoder().decode(bytes)])
      },
    })
  }
  return Object.assign(consoleFor(world), { Console })
}
