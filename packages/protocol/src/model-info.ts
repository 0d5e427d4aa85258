import { isJsonObject, type Json } from './json'
import type { Effort, ModelInfo } from './ports'

const EFFORTS: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max']

/**
 * One entry of a provider's model list. Undefined for what is no model, and for a retired one: requests that name it fail.
 * Limits that the list leaves out stay unknown; a capability that is not a plain yes is a no.
 */
export function parseModelInfo(value: Json): ModelInfo | undefined {
  if (!isJsonObject(value) || typeof value['id'] !== 'string' || value['id'] === '' || value['lifecycle'] === 'retired') return undefined
  const { id, display_name: label, max_input_tokens: input, max_tokens: output, capabilities } = value
  const refused = refusedOf(capabilities)
  return {
    id,
    label: typeof label === 'string' && label !== '' ? label : id,
    ...(isCount(input) ? { contextWindow: input } : {}),
    ...(isCount(output) ? { maxOutput: output } : {}),
    ...(isSupported(capabilities, ['thinking', 'types', 'adaptive']) ? { adaptiveThinking: true } : {}),
    ...(isSupported(capabilities, ['effort']) ? { efforts: EFFORTS.filter((level) => isSupported(capabilities, ['effort', level])) } : {}),
    ...(isSupported(capabilities, ['context_management', 'clear_tool_uses_20250919']) ? { clearsResults: true } : {}),
    ...(isSupported(capabilities, ['server_tools']) ? { serverTools: true } : {}),
    ...(refused.length > 0 ? { refuses: refused } : {}),
  }
}

/** Unlike the others a plain no: lists of before these were named come from models that take both. */
function refusedOf(capabilities: Json | undefined): NonNullable<ModelInfo['refuses']> {
  const isRefused = (name: string): boolean =>
    isJsonObject(capabilities) && isJsonObject(capabilities[name]) && capabilities[name]['supported'] === false
  return [...(isRefused('image_input') ? ['image' as const] : []), ...(isRefused('pdf_input') ? ['document' as const] : [])]
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0
}

/** `supported` of the capability at this path. */
function isSupported(capabilities: Json | undefined, path: readonly string[]): boolean {
  return [...path, 'supported'].reduce<Json | undefined>((at, key) => (isJsonObject(at) ? at[key] : undefined), capabilities) === true
}
