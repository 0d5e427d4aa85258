import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { differences } from '../../../testkit/src/agreement/accepted'
import { PARTS } from '../../../testkit/src/agreement/by-hands'
import { describePart } from '../../../testkit/src/agreement/list-floors'
import { casesOf, LISTS } from '../../../testkit/src/agreement/case-list'

describePart('commands')

/** There are no more accepted disagreements than that. */
const MOST_DIFFERENCES = 1

describe('the lists of the shell', () => {
  it('are all in one part, and each part has its test file', () => {
    expect(Object.values(PARTS).flat().toSorted()).toEqual(LISTS.toSorted())
    for (const part of Object.keys(PARTS)) expect(existsSync(`packages/runtime/src/hands/cases-${part}.test.ts`), part).toBe(true)
  })

  it('differ in accepted ways no more often than before, each for a reason', () => {
    const rows = differences()
    expect(rows.length).toBeLessThanOrEqual(MOST_DIFFERENCES)
    for (const { list, name, reason } of rows) {
      expect(reason.length, name).toBeGreaterThan(20)
      if (list !== 'fuzz') expect(casesOf(list).map((one) => one.name)).toContain(name)
    }
  })
})
