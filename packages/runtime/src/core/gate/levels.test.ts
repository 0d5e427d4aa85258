import { LEVELS, presetOf, type Level, type Rule, type Verdict } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { BUILT_IN_RULES, judge } from './rules'
import { subjectOf } from './subject'
import { readTriedCall } from './try-call'

const words = (text: string): ReturnType<Parameters<typeof subjectOf>[1]['readCommand']> => ({
  commands: [{ argv: text.split(' '), redirects: [] }],
})

function verdictAt(level: Level, typed: string): Verdict['type'] {
  const call = readTriedCall(typed)
  if ('wrong' in call) throw new Error(call.wrong)
  const { mode, denies } = presetOf(level)
  const rules = denies.map((pattern, i): Rule => ({ id: `level:${i}`, effect: 'deny', pattern, scope: 'user', why: 'the level' }))
  return judge(subjectOf(call, { readCommand: words, followLinks: (path) => path, gitHooks: [] }), {
    rules: [...BUILT_IN_RULES, ...rules],
    mode,
  }).type
}

describe('[F40] the five levels', () => {
  const CALLS = [
    'read_file(a.ts)',
    'shell(ls src)',
    'write_file(a.ts)',
    'edit_file(a.ts)',
    'shell(make)',
    'fetch(GET https://a.dev)',
    'read_file(.env)',
    'write_file(AGENTS.md)',
  ]
  const WANTED: Readonly<Record<Level, readonly Verdict['type'][]>> = {
    'read-only': ['allow', 'allow', 'ask', 'ask', 'deny', 'deny', 'ask', 'ask'],
    'workspace-write': ['allow', 'allow', 'allow', 'allow', 'ask', 'ask', 'ask', 'ask'],
    'danger-full-access': ['allow', 'allow', 'allow', 'allow', 'allow', 'ask', 'ask', 'ask'],
    prompt: ['allow', 'allow', 'ask', 'ask', 'ask', 'ask', 'ask', 'ask'],
    allow: ['allow', 'allow', 'allow', 'allow', 'allow', 'ask', 'allow', 'allow'],
  }

  it.each(LEVELS.flatMap((level) => CALLS.map((call, i) => [level, call, WANTED[level][i]] as const)))(
    '%s answers to %s: %s',
    (level, call, wanted) => {
      expect(verdictAt(level, call)).toBe(wanted)
    },
  )

  it.each([['bash(ls)'], ['shell()'], ['edit_file'], ['fetch(example.org)'], ['']])('%j is no call to try', (typed) => {
    expect(readTriedCall(typed)).toEqual({ wrong: expect.stringMatching(/\.$/) })
  })
})
