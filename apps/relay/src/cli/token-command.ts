import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { prefixOf } from '@tabwright/protocol/relay'
import type { Environment } from '../config'
import { MCP_IDENTITY, ownPrefixes, type Grants } from '../engine/identity'
import { openWorkerTokens, tokenNameProblem, type WorkerTokens } from '../engine/worker-tokens'
import { endOf, wrongUse, type CommandEnd } from './command-end'

const HELP = `tabwright token: tokens for workers, which are programs that offer and call functions

Usage:
  tabwright token add <name> [options]   prints a new token, once
  tabwright token list                   names and rights, one in a line
  tabwright token revoke <name>          a running relay closes its connections within a second

Options of add; all may be repeated, a pattern is a name, a beginning with * at its end, or *:
  --register <pattern>  functions that it may offer (default <name>::*)
  --call <pattern>      functions that it may call (default: none but what every worker needs)
  --bind <pattern>      kinds of triggers that it may bind to, for its own functions and those that it may call (default: none)
  --provide <pattern>   kinds of triggers that it may provide (default: none)

  --data <folder>       where the relay keeps its data (TABWRIGHT_DATA, default ~/.tabwright)
`

/** `tabwright token …`. Works on the stored list, so no relay has to run and none has to be asked. */
export function runTokenCommand(argv: readonly string[], environment: Environment): CommandEnd {
  const read = readCommand(argv)
  if ('code' in read) return read
  const { values, positionals } = read
  const [verb, name, ...more] = positionals
  if (values.help === true || verb === undefined) return { code: verb === undefined && values.help !== true ? 2 : 0, out: HELP, err: '' }
  if (more.length > 0) return wrongUse(`What is ${JSON.stringify(more[0])}? Run "tabwright token --help".`)
  const data = resolve(values.data ?? (environment['TABWRIGHT_DATA']?.trim() || join(homedir(), '.tabwright')))
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const tokens = openWorkerTokens({ data })
  try {
    if (verb === 'list' && name === undefined) return list(tokens)
    if (verb === 'add' && name !== undefined) return add(tokens, name, values)
    if (verb === 'revoke' && name !== undefined) return revoke(tokens, name)
    return wrongUse(`"tabwright token ${verb}" is not complete or not known. Run "tabwright token --help".`)
  } finally {
    tokens.close()
  }
}

interface Values {
  readonly register?: readonly string[] | undefined
  readonly call?: readonly string[] | undefined
  readonly bind?: readonly string[] | undefined
  readonly provide?: readonly string[] | undefined
  readonly data?: string | undefined
  readonly help?: boolean | undefined
}

function readCommand(argv: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } | CommandEnd {
  const many = { type: 'string', multiple: true } as const
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        register: many,
        call: many,
        bind: many,
        provide: many,
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (thrown) {
    return endOf(thrown, 'tabwright token')
  }
}

const PATTERN = /^(?:\*|(?:[a-z0-9_-]{1,64}::){0,7}(?:\*|[a-z0-9_-]{1,64}\*?))$/

function add(tokens: WorkerTokens, name: string, values: Values): CommandEnd {
  const problem = tokenNameProblem(name)
  if (problem !== undefined) return wrongUse(problem)
  const grants: Grants = {
    register: values.register ?? [`${name}::*`],
    call: values.call ?? [],
    bind: values.bind ?? [],
    provide: values.provide ?? [],
  }
  const bad = Object.values(grants)
    .flat()
    .find((pattern) => !PATTERN.test(pattern))
  if (bad !== undefined) return wrongUse(`${JSON.stringify(bad)} is no pattern: orders::refund, orders::* and * are.`)
  const reserved = grants.register.find((pattern) => ownPrefixes(MCP_IDENTITY).includes(prefixOf(pattern)))
  if (reserved !== undefined) return wrongUse(`Functions such as ${reserved} are those of servers that mcp.json names.`)
  const token = tokens.add(name, grants)
  if (token === undefined) return { code: 1, out: '', err: `"${name}" has a token already. Revoke it first; nothing was changed.\n` }
  return { code: 0, out: `${token}\n`, err: '' }
}

function list(tokens: WorkerTokens): CommandEnd {
  const lines = tokens.list().map(({ name, createdAt, grants }) => {
    const rights = Object.entries(grants).flatMap(([verb, patterns]) => (patterns.length === 0 ? [] : [`${verb}=${patterns.join(',')}`]))
    return `${[name, new Date(createdAt).toISOString(), ...rights].join('\t')}\n`
  })
  return { code: 0, out: lines.join(''), err: '' }
}

function revoke(tokens: WorkerTokens, name: string): CommandEnd {
  if (tokens.revoke(name)) return { code: 0, out: '', err: '' }
  return { code: 1, out: '', err: `"${name}" has no token.\n` }
}
