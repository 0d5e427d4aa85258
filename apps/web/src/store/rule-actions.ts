import { failureOf } from '@tabwright/protocol'
import type { Catalogue } from '@tabwright/runtime'
import type { AppStore, Setter } from './app-state'

type RuleActions = Pick<AppStore, 'readRules' | 'changeRules' | 'tryCall'>

/** Rules that outlive a session: kept in this browser, shown in Settings. */
export function ruleActions({ catalogue }: { readonly catalogue: Pick<Catalogue, 'rules'> }, set: Setter): RuleActions {
  const readRules = async (): Promise<void> => {
    try {
      set({ rules: await catalogue.rules.list(), rulesProblem: undefined })
    } catch (error) {
      set({ rulesProblem: failureOf(error).message })
    }
  }
  return {
    readRules,
    changeRules: async (change) => {
      try {
        await change(catalogue.rules)
      } finally {
        await readRules()
      }
    },
    tryCall: (call) => catalogue.rules.tryCall(call),
  }
}
