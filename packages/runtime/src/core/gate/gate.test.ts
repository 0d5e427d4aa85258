import { createHash } from 'node:crypto'
import { callId, digestOf } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { admit, digestCall, judgeCall, spend } from './gate'

const hash = (text: string): ReturnType<typeof digestOf> => digestOf(createHash('sha256').update(text).digest('hex'))
const by = {
  hash,
  eyes: { readCommand: () => ({ commands: [{ argv: ['rm', 'a'], redirects: [] }] }), followLinks: (path: string) => path, gitHooks: [] },
}
const request = { call: callId('c1'), tool: 'shell', identity: 'shell v1', input: { command: 'rm a', b: 1 }, effect: 'tx' as const }

describe('the gate', () => {
  it('digests canonical bytes: key order does not matter, anything else does', () => {
    const one = judgeCall(by, request, { rules: [], mode: 'ask' })
    const two = judgeCall(by, { ...request, input: { b: 1, command: 'rm a' } }, { rules: [], mode: 'ask' })
    expect(two.digest).toBe(one.digest)
    expect(judgeCall(by, { ...request, input: { command: 'rm b', b: 1 } }, { rules: [], mode: 'ask' }).digest).not.toBe(one.digest)
    expect(judgeCall(by, { ...request, call: callId('c2') }, { rules: [], mode: 'ask' }).digest).not.toBe(one.digest)
    expect(judgeCall(by, { ...request, identity: 'shell v2' }, { rules: [], mode: 'ask' }).digest).not.toBe(one.digest)
    expect(digestCall(hash, request, one.bytes)).toBe(one.digest)
  })

  it('admits only what was decided for exactly this digest', () => {
    const judged = judgeCall(by, request, { rules: [], mode: 'ask' })
    const allow = { type: 'allow', by: 'user' } as const
    expect(() => admit(judged, undefined)).toThrow('No decision')
    expect(() => admit(judged, { digest: judged.digest, decision: { type: 'deny', by: 'user' } })).toThrow('No decision')
    expect(() => admit(judged, { digest: hash('other'), decision: allow })).toThrow('not what would run')
    expect(admit(judged, { digest: judged.digest, decision: allow }).bytes).toBe(judged.bytes)
  })

  it.each([
    ['.vscode/tasks.json', 'asks'],
    ['/workspace/.husky/pre-commit', 'asks'],
    ['AGENTS.MD', 'asks'],
    ['.git/config', 'asks'],
    ['src/../.git/HEAD', 'asks'],
    ['.env', 'asks to read too'],
    ['/home/ann/app/.vscode/tasks.json', 'asks'],
    ['C:\\Users\\ann\\.ssh\\id_ed25519', 'asks to read too'],
    ['src/a.ts', 'passes'],
    ['link.md', 'passes'],
    ['.', 'passes'],
  ])('[O20] a function of another worker that is given the path %s %s, whatever rule allows the function', (path, what) => {
    const rules = [{ id: 'r', effect: 'allow', pattern: { type: 'tool', tool: '*::*' }, scope: 'user', why: 'mine' }] as const
    const eyes = { ...by.eyes, followLinks: (named: string) => (named === '/workspace/link.md' ? '/workspace/AGENTS.md' : named) }
    const asked = (effect: 'keyed' | 'pure', mode: 'auto' | 'bypass' = 'auto'): boolean => {
      const call = { ...request, tool: 'project::file', input: { path, text: 'x' }, effect }
      const { verdict } = judgeCall({ hash, eyes }, call, { rules, mode })
      // A rule for the function would not help the next time, so none is offered.
      if (verdict.type === 'ask') expect([verdict.offer?.pattern.type, verdict.broader]).toEqual(['bytes', undefined])
      return verdict.type === 'ask'
    }
    expect({ writing: asked('keyed'), reading: asked('pure') }).toEqual({ writing: what !== 'passes', reading: what.endsWith('too') })
    expect(asked('keyed', 'bypass')).toBe(false)
  })

  it('mints capabilities that work once and cannot be forged', () => {
    const judged = judgeCall(by, request, { rules: [], mode: 'ask' })
    const capability = admit(judged, { digest: judged.digest, decision: { type: 'allow', by: 'user' } })
    expect(spend(capability)).toBe(judged.bytes)
    expect(() => spend(capability)).toThrow('not admitted')
    expect(() => spend({ ...capability })).toThrow('not admitted')
  })
})
