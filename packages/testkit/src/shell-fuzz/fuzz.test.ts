import { describe, expect, it } from 'vitest'
import { acceptedDifferences } from '../agreement/accepted'
import { absentTools } from '../agreement/case-list'
import { detailOf, scoreLine, scoreOf } from '../agreement/verdict'
import { fuzz } from './campaign'
import { deepScriptOf } from './deep'
import { scriptOf } from './grammar'
import { scriptText, smaller } from './script'

const SEEDS = 250
/** The share that must not get worse, and how many may differ without a word. The aim is 98 and none. */
const FLOOR = 85
const SILENT = 8
/** The same of scripts in the language's own grammar. */
const DEEP = { seeds: 80, floor: 97, silent: 1 }

describe('command lines drawn by seed', () => {
  it('are the same for the same seed', () => {
    for (const seed of [1, 2, 3]) expect(scriptText(scriptOf(seed))).toBe(scriptText(scriptOf(seed)))
    for (const seed of [1, 2, 3]) expect(scriptText(deepScriptOf(seed))).toBe(scriptText(deepScriptOf(seed)))
    expect(new Set(Array.from({ length: 100 }, (_, seed) => scriptText(scriptOf(seed)))).size).toBeGreaterThan(90)
  })

  it('become smaller with every step', () => {
    const script = scriptOf(5)
    for (const one of smaller(script)) expect(scriptText(one).length).toBeLessThan(scriptText(script).length)
  })

  it('are answered as bash and the GNU tools answer them, at least as often as before', { timeout: 600_000 }, async (context) => {
    const absent = absentTools()
    if (absent.length > 0) return context.skip(`not installed here: ${absent.join(' ')}`)
    const { rows, found } = await fuzz({ from: 1, seeds: SEEDS, shrink: 3, grammar: 'tools' })
    const score = scoreOf('fuzz', rows)
    console.info([scoreLine(score), ...found.map((row) => detailOf(row, 200))].join('\n'))
    const accepted = acceptedDifferences('fuzz')
    const unsaid = found.filter(({ name, verdict }) => verdict === 'silent' && !accepted.has(name)).map(({ script }) => script)
    expect(unsaid.length, unsaid.join('\n')).toBeLessThanOrEqual(SILENT)
    expect(score.percent).toBeGreaterThanOrEqual(FLOOR)
    return undefined
  })

  it('in the language alone are answered as bash answers them, at least as often as before', { timeout: 600_000 }, async (context) => {
    const absent = absentTools()
    if (absent.length > 0) return context.skip(`not installed here: ${absent.join(' ')}`)
    const { rows, found } = await fuzz({ from: 1, seeds: DEEP.seeds, shrink: 0, grammar: 'language' })
    const score = scoreOf('fuzz language', rows)
    console.info([scoreLine(score), ...found.map((row) => detailOf(row, 200))].join('\n'))
    expect(score.silent, found.map(({ script }) => script).join('\n')).toBeLessThanOrEqual(DEEP.silent)
    expect(score.percent).toBeGreaterThanOrEqual(DEEP.floor)
    return undefined
  })
})
