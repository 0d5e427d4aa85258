import type { GuardAnswer } from '@tabwright/protocol'

/** What a handler adds for the model, with its name: nobody else says it. */
export function hookContext({ guard, hook }: GuardAnswer): readonly string[] {
  return hook?.context === undefined ? [] : [`[The project's hook ${guard} adds: ${hook.context}]`]
}
