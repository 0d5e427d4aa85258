import { describe, expect, it } from 'vitest'
import type { TreeOp } from '../../../shell/tree/tree-node'
import { packResult, unpackResult } from './child-result'

const END = { code: 3, signal: null, missing: false, timedOut: false }

describe('the result of a command that was waited for', () => {
  it('crosses whole, with what was done to the files', () => {
    const news: readonly TreeOp[] = [
      { type: 'mkdir', path: '/workspace/d' },
      { type: 'write', path: '/workspace/d/ä', bytes: new Uint8Array([0, 255, 10]), mode: 0o755 },
      { type: 'write', path: '/workspace/empty', bytes: new Uint8Array(), mode: 0o644 },
      { type: 'remove', path: '/workspace/old' },
    ]
    const result = { end: END, stdout: new Uint8Array([1, 2]), stderr: new Uint8Array([3]), news }
    expect(unpackResult(packResult(result))).toEqual(result)
  })

  it('of nothing is nothing', () => {
    const result = { end: { ...END, code: null, signal: 'SIGTERM' }, stdout: new Uint8Array(), stderr: new Uint8Array(), news: [] }
    expect(unpackResult(packResult(result))).toEqual(result)
  })
})
