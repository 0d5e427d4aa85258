import { loadSessions } from '@tabwright/runtime'
import { lazyPart } from '@tabwright/ui'
import { lazy, type ComponentType } from 'react'

/** Asks for what an open session shows, and for what opens it, before either is needed. Where they do not come, `Conversation` says so. */
export function fetchSession(): void {
  Promise.all([import('./session-parts'), loadSessions()]).catch(() => undefined)
}

export const Conversation = lazyPart('The conversation', async () => {
  // Without what opens sessions there would be none to show, ever.
  await loadSessions()
  return (await import('./session-parts')).Conversation
})
export const ChangesPanel = lazyPart('The changes', async () => (await import('./session-parts')).ChangesPanel)
export const FilesPanel = lazyPart('The files', async () => (await import('./session-parts')).FilesPanel)
export const PreviewPanel = lazyPart('The preview', async () => (await import('./session-parts')).PreviewPanel)
export const TerminalPanel = lazyPart('The terminal', async () => (await import('./session-parts')).TerminalPanel)
export const TasksPanel = lazyPart('The tasks', async () => (await import('./session-parts')).TasksPanel)
export const TracePanel = lazyPart('The trace', async () => (await import('./session-parts')).TracePanel)
export const ContextPanel = lazyPart('The context', async () => (await import('./session-parts')).ContextPanel)
export const RoleBanner = quietPart(async () => (await import('./session-parts')).RoleBanner)
export const SessionLayers = quietPart(async () => (await import('./session-parts')).SessionLayers)

/** Beside the conversation: where their file does not come, it has said so already. */
function quietPart<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return lazy(async () => ({ default: await load().catch(() => () => null) }))
}
