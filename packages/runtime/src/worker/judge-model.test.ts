import { createHash } from 'node:crypto'
import {
  callId,
  canonicalJson,
  digestOf,
  MODES,
  parseRule,
  type Json,
  type Mode,
  type Rule,
  type RuleEffect,
  type Verdict,
} from '@tabwright/protocol'
import { asEvents } from '@tabwright/testkit'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { judgeCall } from '../core/gate/gate'
import { NO_HOSTS } from '../core/gate/hosts'
import { EMPTY_TRANSCRIPT, foldTranscripts } from '../core/transcript'
import { readCommandLine } from '../shell/language/command-line'

/** A call as the oracle knows it: by its making, not by reading it. */
type Made =
  | {
      readonly tool: 'shell'
      readonly commands: readonly (readonly string[])[]
      readonly join: string
      readonly twist: keyof typeof TWISTS
    }
  | { readonly tool: 'edit_file'; readonly path: string }
  | { readonly tool: 'read_file'; readonly path: string }
  | { readonly tool: 'fetch'; readonly method: 'GET' | 'POST'; readonly origin: string }

/** What else stands in a line: whether its words still say all, what it starts besides, whether it writes. */
const TWISTS = {
  none: { text: '', clear: true, also: [], writes: false },
  expands: { text: ' $x', clear: false, also: [], writes: false },
  substitutes: { text: ' $(make)', clear: false, also: [['make']], writes: false },
  writes: { text: ' > out.txt', clear: true, also: [], writes: true },
  discards: { text: ' > /dev/null', clear: true, also: [], writes: false },
  reads: { text: ' < a.txt', clear: true, also: [], writes: false },
} as const

const LINKS: Readonly<Record<string, string>> = { 'link.md': 'AGENTS.md', 'src/link.ts': 'docs/c.md' }
const PATHS = ['a.txt', 'src/b.ts', 'docs/c.md', '.env', 'AGENTS.md', 'link.md', 'src/link.ts']
const ORIGINS = ['https://a.dev', 'https://b.dev']

const command = fc
  .tuple(
    fc.constantFrom('npm', 'git', 'make', 'cat'),
    fc.array(fc.constantFrom('test', 'run', '-x', '.env', 'AGENTS.md', 'a.txt'), { maxLength: 2 }),
  )
  .map(([program, rest]) => [program, ...rest])
const made: fc.Arbitrary<Made> = fc.oneof(
  fc.record({
    tool: fc.constant('shell' as const),
    commands: fc.array(command, { minLength: 1, maxLength: 3 }),
    join: fc.constantFrom(' && ', '; ', ' | ', '\n'),
    twist: fc.constantFrom(
      'none' as const,
      'none' as const,
      'expands' as const,
      'substitutes' as const,
      'writes' as const,
      'discards' as const,
      'reads' as const,
    ),
  }),
  fc.record({ tool: fc.constant('edit_file' as const), path: fc.constantFrom(...PATHS) }),
  fc.record({ tool: fc.constant('read_file' as const), path: fc.constantFrom(...PATHS) }),
  fc.record({
    tool: fc.constant('fetch' as const),
    method: fc.constantFrom('GET' as const, 'POST' as const),
    origin: fc.constantFrom(...ORIGINS),
  }),
)

const TYPED = [
  'shell',
  'shell(beyond reading)',
  'fetch',
  'read_file',
  'edit_file',
  'shell(npm *)',
  'shell(npm test)',
  'shell(npm)',
  'shell(git *)',
  'shell(make)',
  'shell(make *)',
  'shell(cat .env)',
  'shell(git run a.txt)',
  'edit_file(src/**)',
  'edit_file(*.md)',
  'edit_file(**)',
  'read_file(.env)',
  'read_file(docs/*)',
  'edit_file(a.txt)',
  'fetch(https://a.dev)',
]
const rules = fc.array(
  fc.record({ effect: fc.constantFrom<RuleEffect>('deny', 'ask', 'allow', 'allow', 'allow'), typed: fc.constantFrom(...TYPED) }),
  { maxLength: 5 },
)
type Typed = { readonly effect: RuleEffect; readonly typed: string }

/** The rules of the gate once more, as simply as they can be said, over what was made. */
function oracle(call: Made, all: readonly Typed[], mode: Mode): Verdict['type'] {
  const touches = (effect: RuleEffect): boolean => all.some((rule) => rule.effect === effect && touchesOne(rule.typed, call))
  if (touches('deny')) return 'deny'
  if (mode === 'plan' && call.tool !== 'fetch' && !passes(call, [])) return 'deny'
  if (touches('ask')) return 'ask'
  if (mode !== 'bypass' && isProtected(call)) return 'ask'
  if (
    passes(
      call,
      all.filter(({ effect }) => effect === 'allow').map(({ typed }) => typed),
    )
  )
    return 'allow'
  if (call.tool === 'fetch') return 'ask'
  if (mode === 'auto' || mode === 'bypass') return 'allow'
  return mode === 'accept-edits' && call.tool === 'edit_file' ? 'allow' : 'ask'
}

function split(typed: string): { readonly tool: string; readonly inside: string | undefined } {
  const [, tool = '', inside] = /^([a-z_]+)(?:\((.*)\))?$/.exec(typed) ?? []
  return { tool, inside }
}

function touchesOne(typed: string, call: Made): boolean {
  const { tool, inside } = split(typed)
  if (tool !== call.tool) return false
  if (inside === undefined) return true
  if (inside === 'beyond reading') return !passes(call, [])
  if (call.tool === 'fetch') return call.origin === inside
  if (call.tool !== 'shell') return matches(inside, call.path) || matches(inside, real(call.path))
  const words = inside.replace(/ \*$/, '').split(' ')
  return [...asRun(call), ...TWISTS[call.twist].also].some((argv) => words.every((word, i) => argv[i] === word || argv[i] === UNKNOWN))
}

const UNKNOWN = '?'

/** What a line expands to is known only when it runs, and may be anything. */
function asRun({ commands, twist }: Extract<Made, { tool: 'shell' }>): readonly (readonly string[])[] {
  if (TWISTS[twist].clear) return commands
  return commands.map((argv, i) => (i === commands.length - 1 ? [...argv, UNKNOWN] : argv))
}

function passes(call: Made, allowed: readonly string[]): boolean {
  const mine = allowed.map(split).filter(({ tool }) => tool === call.tool)
  if (call.tool === 'read_file' || mine.some(({ inside }) => inside === undefined)) return true
  if (call.tool === 'fetch') return call.method === 'GET' && mine.some(({ inside }) => inside === call.origin)
  if (call.tool === 'edit_file') return mine.some(({ inside = '' }) => matches(inside, real(call.path)))
  const { clear, writes } = TWISTS[call.twist]
  const passesOne = (argv: readonly string[]): boolean =>
    argv[0] === 'cat' ||
    mine.some(({ inside = '' }) =>
      inside.endsWith(' *') ? `${argv.join(' ')} `.startsWith(`${inside.slice(0, -2)} `) : inside === argv.join(' '),
    )
  return clear && !writes && call.commands.every(passesOne)
}

function isProtected(call: Made): boolean {
  if (call.tool === 'fetch') return false
  if (call.tool !== 'shell') return call.path === '.env' || (call.tool === 'edit_file' && real(call.path) === 'AGENTS.md')
  return call.commands.some(([program, ...rest]) => rest.includes('.env') || (program !== 'cat' && rest.includes('AGENTS.md')))
}

const real = (path: string): string => LINKS[path] ?? path

function matches(pattern: string, path: string): boolean {
  return new RegExp(
    `^${pattern
      .replaceAll('.', String.raw`\.`)
      .replaceAll('**', '§')
      .replaceAll('*', '[^/]*')
      .replaceAll('§', '.*')}$`,
    'i',
  ).test(path)
}

const hash = (text: string): ReturnType<typeof digestOf> => digestOf(createHash('sha256').update(text).digest('hex'))
const by = {
  hash,
  eyes: {
    readCommand: readCommandLine,
    followLinks: (path: string) => `/workspace/${real(path.replace('/workspace/', ''))}`,
    gitHooks: [],
  },
}

function inputOf(call: Made): Json {
  if (call.tool === 'fetch') return { method: call.method, url: `${call.origin}/x`, origin: call.origin, headers: [] }
  if (call.tool !== 'shell') return { path: call.path }
  return { command: call.commands.map((argv) => argv.join(' ')).join(call.join) + TWISTS[call.twist].text, cwd: '/workspace' }
}

function judged(call: Made, standing: readonly Rule[], mode: Mode): ReturnType<typeof judgeCall> {
  const effect = call.tool === 'fetch' ? 'ask' : call.tool === 'read_file' ? 'pure' : 'tx'
  const leaving = { taint: { isClosed: false }, hosts: NO_HOSTS, host: 'a.dev', findings: [], isShown: true, isPersons: false }
  const request = {
    call: callId('c'),
    tool: call.tool,
    identity: 'v1',
    input: inputOf(call),
    effect,
    ...(call.tool === 'fetch' && { leaving }),
  } as const
  return judgeCall(by, request, { rules: standing, mode })
}

function ruleOf({ effect, typed }: Typed, i: number): Rule {
  const read = parseRule(typed)
  if ('wrong' in read) throw new Error(read.wrong)
  return { id: `rule ${i}`, effect, pattern: read.pattern, scope: i % 2 === 0 ? 'user' : 'project', why: 'model' }
}

it('[F41] the evaluator, the card and the trace say what the rules say, for any rules, mode and call', () => {
  const seen = { allow: 0, ask: 0, deny: 0 }
  fc.assert(
    fc.property(rules, fc.constantFrom(...MODES), made, (typed, mode, call) => {
      const standing = typed.map(ruleOf)
      const { verdict, digest, bytes } = judged(call, standing, mode)
      expect(verdict.type).toBe(oracle(call, typed, mode))
      seen[verdict.type] += 1

      // The trace: rules that there are, of the effect that it tells, each of which speaks of the call.
      for (const ref of verdict.by ?? []) {
        const rule = standing.find(({ id }) => id === ref.id)
        if (!rule) expect(ref.scope).toBe('built-in')
        else expect([rule.effect, rule.scope]).toEqual([verdict.type, ref.scope])
        if (rule && verdict.type !== 'allow') expect(touchesOne(typed[standing.indexOf(rule)]?.typed ?? '', call)).toBe(true)
        expect(verdict.type === 'allow' ? verdict.shown : verdict.reason).toContain(ref.text)
      }
      if (verdict.type === 'allow' && !verdict.by) expect(verdict.rule).toBe(`mode:${mode}`)

      // The card: there is one where it asks, of these bytes and words.
      const content = { type: 'call', id: callId('c'), name: call.tool, input: canonicalJson(inputOf(call)) } as const
      const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
      const screen = foldTranscripts(
        EMPTY_TRANSCRIPT,
        asEvents([
          { type: 'message.assistant', data: { content: [content], stopReason: 'tool_use', usage, model: 'm', ms: 0 } },
          { type: 'call.judged', data: { call: content.id, verdict, digest, bytes } },
        ]),
      )
      const [card] = screen.pending
      expect(screen.pending).toHaveLength(verdict.type === 'ask' ? 1 : 0)
      if (verdict.type === 'ask')
        expect(card).toMatchObject({ reason: verdict.reason, digest, bytes, ...(verdict.offer && { offer: verdict.offer }) })
      expect(screen.rows.find((row) => row.type === 'call')).toMatchObject({ verdict })

      // An offer keeps its word: with it, this very call passes.
      if (verdict.type !== 'ask') return
      for (const offer of [verdict.offer, verdict.broader])
        if (offer) expect(judged(call, [...standing, offer], mode).verdict.type).toBe('allow')
    }),
    { numRuns: 6000 },
  )
  // Each verdict came often enough to say something.
  expect(Math.min(seen.allow, seen.ask, seen.deny)).toBeGreaterThan(300)
})
