import { isJsonObject } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'
import { plainText } from './plain-text'

const input = z.strictObject({
  command: z.string().check(z.minLength(1), z.describe('The command line, as typed in a shell')),
  purpose: z.optional(z.string().check(z.describe('Why, in a few words: the person reads it when asked for permission'))),
  cwd: z.optional(z.string().check(z.describe('Absolute folder to run in; where the shell stands when left out'))),
  timeout_ms: z.optional(z.int().check(z.positive(), z.maximum(600_000), z.describe('Limit in milliseconds, 120000 when left out'))),
})

/** What lies outside is gone with the sandbox: a call that was allowed there must not run in the workspace by surprise, so none starts there. */
const ROOT = '/workspace'
const inside = (cwd: string): boolean => cwd === ROOT || cwd.startsWith(`${ROOT}/`)

const DEFAULT_TIMEOUT = 120_000

export const shell: Tool = {
  spec: {
    name: 'shell',
    description:
      'Run a command in the sandbox’s shell. Variables stay from one call to the next, and so does the working directory while it is inside the workspace. Files it changes are part of the review. Each request that it makes to the network is shown to the person, who allows or denies it.',
    input: inputSchema(input),
    effect: 'tx',
    readOnly: false,
  },
  usesShell: true,
  prepare: (raw, { cwd }) => (isJsonObject(raw) && raw['cwd'] === undefined ? { ...raw, cwd: inside(cwd) ? cwd : ROOT } : raw),
  run: async (raw, { hands, lease, files, signal, output, fetch }) => {
    const { command, cwd, timeout_ms: timeoutMs = DEFAULT_TIMEOUT } = parseInput(input, raw)
    const run = { signal, files, fetch, output: (_stream: 'stdout' | 'stderr', text: string): void => output(text) }
    const result = await hands.execute(await lease(), 'shell', { command, timeoutMs, ...(cwd !== undefined && { cwd }) }, run)
    const status = result.exitCode === 0 ? '' : `\n[exit code ${result.exitCode}]`
    const detail = { exitCode: result.exitCode, summary: `exit ${result.exitCode}` }
    const text = `${plainText(result.text).replace(/\n$/, '')}${status}`.trimStart()
    return result.exitCode === 0
      ? { text, detail }
      : { text, detail, failure: { code: 'unexpected', message: `The command ended with exit code ${result.exitCode}.` } }
  },
}
