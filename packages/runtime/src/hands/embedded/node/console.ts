import { format } from './format'
import { inspect } from './inspect'
import type { World } from './context'

const encoder = new TextEncoder()

function rows(data: unknown): [string, unknown][] {
  if (data instanceof Map) return [...data].map(([key, value]) => [inspect(key), value])
  return Object.entries(Object(data))
}

/** The box that `console.table` draws. */
function table(data: unknown, only: readonly string[] | undefined): string {
  const columns: string[] = []
  let hasValues = false
  const lines = rows(data).map(([index, value]): Map<string, string> => {
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
  const widths = heads.map((head) => Math.max(head.length, ...lines.map((line) => line.get(head)?.length ?? 0)) + 2)
  const row = (cells: readonly string[]): string =>
    `│${cells
      .map((cell, i) => {
        const space = (widths[i] ?? 0) - cell.length
        return ` ${cell}${' '.repeat(space - 1)}`
      })
      .join('│')}│\n`
  const rule = (left: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => '─'.repeat(width)).join(middle)}${right}`
  const body = lines.map((line) => row(heads.map((head) => line.get(head) ?? ''))).join('')
  return `${rule('┌', '┬', '┐')}\n${row(heads)}${rule('├', '┼', '┤')}\n${body}${rule('└', '┴', '┘')}`
}

/** The `console` of a program. */
export function consoleFor(world: World): Record<string, unknown> {
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
