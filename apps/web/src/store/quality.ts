import { isJsonObject, NO_QUALITY, parseJson, type Json, type ModelInfo, type QualityCheck, type QualityWish } from '@tabwright/protocol'

/** Where the choice is kept. */
export const QUALITY_KEY = 'tabwright.quality'

/** As it is kept: of the stronger model only its name, the rest is the provider's to say. */
export const qualityText = ({ check, stronger }: QualityWish): string => JSON.stringify({ check, stronger: stronger?.id })

/** Nothing is held against anything where nothing is kept, or nothing that can be read. */
export function qualityOf(text: string | null): QualityWish {
  const kept = parseJson(text ?? '')
  if (kept === undefined || !isJsonObject(kept)) return NO_QUALITY
  const { stronger } = kept
  return { check: checkOf(kept['check']), ...(typeof stronger === 'string' && { stronger: { id: stronger, label: stronger } }) }
}

/** With what the provider says of the stronger model. One that it does not have is none. */
export function withStronger({ check, stronger }: QualityWish, models: readonly ModelInfo[]): QualityWish {
  const known = models.find(({ id }) => id === stronger?.id)
  return { check, ...(known && { stronger: known }) }
}

function checkOf(value: Json | undefined): QualityCheck {
  if (!isJsonObject(value)) return NO_QUALITY.check
  const { type, command, schema, question } = value
  if (type === 'command' && typeof command === 'string') return { type, command }
  if (type === 'schema' && typeof schema === 'string') return { type, schema }
  return type === 'question' && typeof question === 'string' ? { type, question } : NO_QUALITY.check
}
