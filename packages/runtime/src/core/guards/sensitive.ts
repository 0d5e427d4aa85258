import { isJsonObject, type Json } from '@tabwright/protocol'

const ACTS: readonly (readonly [RegExp, string])[] = [
  [/\brm(?=[^;&|\n]*\s-\w*[rR])(?=[^;&|\n]*\s-\w*f)/, 'The command removes folders with all that is in them.'],
  [/\bgit\s+push\b[^;&|\n]*(?:\s--force\b|\s-f\b|\s\+\S)/, 'The command overwrites what others may have pushed.'],
  [/\bgit\s+reset\b[^;&|\n]*\s--hard\b/, 'The command drops changes that were not committed.'],
  [/\bgit\s+clean\b[^;&|\n]*\s-\w*f/, 'The command removes files that git does not know.'],
  [/\b(?:npm|yarn|pnpm)\s+publish\b/, 'The command publishes a package.'],
]

/** Whether a call is of a kind that people like to be told of, in a sentence. Only words are looked at: the gate judges what it may do. */
export function destructive(tool: string, input: Json): string | undefined {
  const command = tool === 'shell' && isJsonObject(input) ? input['command'] : undefined
  if (typeof command !== 'string') return undefined
  return ACTS.find(([shape]) => shape.test(command))?.[1]
}
