import { LIMIT_SCOPES, LIMIT_UNITS, type Amounts, type Limits, type LimitScope, type LimitUnit } from '@tabwright/protocol'
import { t } from '../language'

/** What stands in the fields, by scope and unit. */
export type LimitFields = Readonly<Record<string, string>>

/** Where the field of one limit is. */
export const fieldKey = (scope: LimitScope, unit: LimitUnit): string => `${scope} ${unit}`

/** What an empty field means. Turns have an end in any case. */
export function emptyField(scope: LimitScope, unit: LimitUnit): string {
  return scope === 'turn' && unit === 'steps' ? '1000' : t('none')
}

/** Limits as they are typed. */
export function fieldsOf(limits: Limits): LimitFields {
  const fields = LIMIT_SCOPES.flatMap((scope) =>
    LIMIT_UNITS.map((unit): [string, string] => [fieldKey(scope, unit), String(limits[scope][unit] ?? '')]),
  )
  return Object.fromEntries(fields)
}

/** What was typed, as limits; `wrong` names the fields that hold no amount. Spaces, commas and a dollar sign are for the eye. */
export function limitsOfFields(fields: LimitFields): { readonly next: Limits; readonly wrong: readonly string[] } {
  const wrong: string[] = []
  const amounts = (scope: LimitScope): Amounts => {
    const all: Partial<Record<LimitUnit, number>> = {}
    for (const unit of LIMIT_UNITS) {
      const text = (fields[fieldKey(scope, unit)] ?? '').replaceAll(/[\s,$]/g, '')
      if (text === '') continue
      const pattern = unit === 'dollars' ? /^\d+(\.\d+)?$/ : /^\d+$/
      if (pattern.test(text)) all[unit] = Number(text)
      else wrong.push(fieldKey(scope, unit))
    }
    return all
  }
  return { next: { turn: amounts('turn'), session: amounts('session'), day: amounts('day') }, wrong }
}
