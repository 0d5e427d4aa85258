import { describe, expect, it } from 'vitest'
import { readFrame } from './frame-text'
import { depthOf, traceOf, withDepth } from './trace'

const GOOD = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('trace context', () => {
  it('passes as it came where it is one, and is left out where it is none', () => {
    expect(traceOf({ traceparent: GOOD, baggage: 'a=1' })).toEqual({ traceparent: GOOD, baggage: 'a=1' })
    for (const traceparent of [
      '',
      'x',
      GOOD.toUpperCase(),
      GOOD.replace('00-', 'ff-'),
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      `${GOOD}"`,
      null,
    ])
      expect(traceOf({ traceparent, baggage: 'a=\n' })).toEqual({})
  })

  it('carries the depth of triggers in the baggage, once, beside what others put there', () => {
    expect(withDepth({}, 0)).toEqual({})
    expect(withDepth({ baggage: 'a=1' }, 2)).toEqual({ baggage: 'tabwright.depth=2,a=1' })
    expect(withDepth({ baggage: 'a=1,tabwright.depth=2,b=2' }, 3)).toEqual({ baggage: 'tabwright.depth=3,a=1,b=2' })
    for (const [baggage, depth] of [
      ['tabwright.depth=4', 4],
      ['a=1, tabwright.depth=5;p=1 ,b=2', 5],
      ['tabwright.depth=999', 9],
      ['xtabwright.depth=4', 0],
      ['tabwright.depth=-4', 0],
      ['tabwright.depth=4x', 0],
    ] as const)
      expect([baggage, depthOf({ baggage })]).toEqual([baggage, depth])
  })
})

describe('the text of a frame', () => {
  it('gives its payload as it stands there, whatever is around and inside it', () => {
    const read = (text: string) => {
      const frame = readFrame(text)
      return frame.type === 'read' ? [frame.data, frame.result] : frame.message
    }
    expect(read('{"type":"x","data":{"a":"}\\",\\"data\\":1"},"b":1}')).toEqual(['{"a":"}\\",\\"data\\":1"}', undefined])
    expect(read('{"data":[1,{"data":2}],"result":"r"}')).toEqual(['[1,{"data":2}]', '"r"'])
    expect(read('{ "result" : 1e3 }')).toEqual([undefined, ' 1e3 '])
    expect(read('{"d\\u0061ta":1}')).toEqual([undefined, undefined])
    expect(read('{"a":{"data":1}}')).toEqual([undefined, undefined])
    expect(read('{"a":"data","b":2}')).toEqual([undefined, undefined])
    expect(read('"data"')).toEqual([undefined, undefined])
  })
})
