import { createHash } from 'node:crypto'
import { callId, digestOf } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { admit, digestCall, judgeCall, spend } from './gate'

const hash = (text: string): ReturnType<typeof digestOf> => digestOf(createHash('sha256').update(text).digest('hex'))
const request = { call: callId('c1'), tool: 'shell', identity: 'shell v1', input: { command: 'rm a', b: 1 } }

describe('the gate', () => {
  it('digests canonical bytes: key order does not matter, anything else does', () => {
    const one = judgeCall(hash, request, [])
    const two = judgeCall(hash, { ...request, input: { b: 1, command: 'rm a' } }, [])
    expect(two.digest).toBe(one.digest)
    expect(judgeCall(hash, { ...request, input: { command: 'rm b', b: 1 } }, []).digest).not.toBe(one.digest)
    expect(judgeCall(hash, { ...request, call: callId('c2') }, []).digest).not.toBe(one.digest)
    expect(judgeCall(hash, { ...request, identity: 'shell v2' }, []).digest).not.toBe(one.digest)
    expect(digestCall(hash, request, one.bytes)).toBe(one.digest)
  })

  it('admits only what was decided for exactly this digest', () => {
    const judged = judgeCall(hash, request, [])
    const allow = { type: 'allow', by: 'user' } as const
    expect(() => admit(judged, undefined)).toThrow('No decision')
    expect(() => admit(judged, { digest: judged.digest, decision: { type: 'deny', by: 'user' } })).toThrow('No decision')
    expect(() => admit(judged, { digest: hash('other'), decision: allow })).toThrow('not what would run')
    expect(admit(judged, { digest: judged.digest, decision: allow }).bytes).toBe(judged.bytes)
  })

  it('mints capabilities that work once and cannot be forged', () => {
    const judged = judgeCall(hash, request, [])
    const capability = admit(judged, { digest: judged.digest, decision: { type: 'allow', by: 'user' } })
    expect(spend(capability)).toBe(judged.bytes)
    expect(() => spend(capability)).toThrow('not admitted')
    expect(() => spend({ ...capability })).toThrow('not admitted')
  })
})
