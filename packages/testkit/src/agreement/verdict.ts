import type { Outcome } from '../command-lab'

/** How ours compares: the same, another and it shows, or another without a word. */
export type Verdict = 'agree' | 'differ' | 'silent'

/** A case with both outcomes. */
export interface Compared {
  readonly list: string
  readonly name: string
  readonly script: string
  readonly real: Outcome
  readonly ours: Outcome
  readonly verdict: Verdict
}

/**
 * Standard output and exit code to the byte, and words on standard error where the real tool has some. A difference is silent when ours
 * ends well and says nothing: whoever reads it takes it for the truth.
 */
export function verdictOf(real: Outcome, ours: Outcome): Verdict {
  const isSame = real.out === ours.out && real.code === ours.code && (real.err === '' || ours.err !== '')
  if (isSame) return 'agree'
  return ours.code === 0 && ours.err === '' ? 'silent' : 'differ'
}

/** What came out of one list. */
export interface Score {
  readonly list: string
  readonly agree: number
  readonly differ: number
  readonly silent: number
  readonly percent: number
}

/** The score of one list: shares are never pooled over lists. */
export function scoreOf(list: string, rows: readonly Compared[]): Score {
  const many = (verdict: Verdict): number => rows.filter((row) => row.verdict === verdict).length
  const agree = many('agree')
  return { list, agree, differ: many('differ'), silent: many('silent'), percent: rows.length === 0 ? 100 : (100 * agree) / rows.length }
}

/** A line about a score. */
export function scoreLine({ list, agree, differ, silent, percent }: Score): string {
  return `${list}: ${agree} of ${agree + differ + silent} agree (${percent.toFixed(1)} %), ${differ} differ, ${silent} silent`
}

/** How many misses there are of each kind. */
export function census(missed: readonly Pick<Compared, 'list' | 'ours'>[]): readonly string[] {
  const many = new Map<string, number>()
  for (const row of missed) many.set(classOf(row), (many.get(classOf(row)) ?? 0) + 1)
  return [...many].toSorted(([, a], [, b]) => b - a).map(([what, times]) => `${times} ${what}`)
}

/** What kind of miss one is, without telling anything of the case. */
function classOf({ list, ours }: Pick<Compared, 'list' | 'ours'>): string {
  const unknown = /(\S+): command not found|(?:^|\n)([\w-]+): (?:unrecognized|invalid|unknown|unsupported|not implemented)/.exec(ours.err)
  if (ours.code === -9) return `${list}: hangs`
  return `${list}: ${unknown === null ? (ours.err === '' ? 'other output' : 'error of ours') : `lacks ${unknown[1] ?? `an option of ${unknown[2]}`}`}`
}

const shown = (text: string, most: number): string => JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text)

/** Two outcomes side by side, for whoever mends. */
export function detailOf({ list, name, script, real, ours, verdict }: Compared, most = 700): string {
  const told = (who: string, { out, err, code }: Outcome): string => `  ${who} ${code} ${shown(out, most)}\n       ! ${shown(err, 240)}`
  return `#### ${verdict} ${list}/${name}\n${script}\n${told('real', real)}\n${told('ours', ours)}`
}
