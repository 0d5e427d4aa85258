/**
 * Models that take `role: system` in the middle of a conversation. The provider's model list does not say so; what is not named here
 * gets the same words in the user's turn. Source: harness.md F12 (not Sonnet 5, Haiku not listed) and the provider's notes for Opus 4.8.
 */
const TAKES_SYSTEM: ReadonlySet<string> = new Set([
  'claude-fable-5-2',
  'claude-fable-5-1',
  'claude-fable-5',
  'claude-mythos-5-2',
  'claude-mythos-5-1',
  'claude-mythos-5',
  'claude-opus-5-5',
  'claude-opus-5',
  'claude-opus-4-8',
  'claude-sonnet-5-5',
])

/** Whether the model takes a message of the harness between those of user and assistant. */
export function takesSystemRole(model: string): boolean {
  return TAKES_SYSTEM.has(model)
}
