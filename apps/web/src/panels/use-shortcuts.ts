import { useEffect, useRef } from 'react'
import { isPressed, isSign, type NarrowView } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import type { SettingsDialogProps } from '@tabwright/ui/settings'
import type { SessionId } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { ACTIONS, type ActionId } from '../keys/actions'
import { clashOf, keysOf } from '../keys/key-map'
import type { AppStore } from '../store/app-state'
import { useApp, useParts } from '../store/context'
import { useAttempt } from '../store/session-view'
import { useActions } from './use-actions'
import { IS_MAC } from './use-key-text'

/** Editors, terminals, dialogs and menus have keys of their own. */
const OWN_KEYS = '.monaco-editor, .xterm, [role="dialog"], [role="alertdialog"], [role="menu"]'
/** What lies over the page: what it covers is not gone to from it. (A question about a call, an alertdialog, lies in the conversation.) */
const COVERS = '[role="dialog"]'
const TYPING = 'input, textarea, select, [contenteditable], .monaco-editor'

/** The keys of the page. Each has a button or a line of the palette that does the same. */
export function useShortcuts(handle: SessionHandle | undefined, current: SessionId | undefined): void {
  const { store } = useParts()
  const actions = useActions(current)
  const attempt = useAttempt()
  const left = useRef<Left>(undefined)
  useEffect(() => {
    const run = (event: KeyboardEvent): boolean => {
      const action = actionOf(event, store.getState())
      if (action === undefined) {
        if (event.key !== 'Escape' || !stops(event, handle)) return false
        attempt(handle?.stop() ?? Promise.resolve())
        return true
      }
      if (action === 'terminal') return toggleTerminal(store.getState(), left)
      const does = actions()[action]
      does?.()
      return does !== undefined
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || event.isComposing) return
      // Letters with Ctrl mean something in a shell; only the drawer's own key still works there.
      const isInShell = event.target instanceof Element && event.target.closest('.xterm') !== null
      if (isInShell && actionOf(event, store.getState()) !== 'terminal') return
      if (run(event)) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [store, actions, handle, attempt])
}

/** The action whose keys these are; undefined where the place has another use for them. */
function actionOf(event: KeyboardEvent, { keys: own }: AppStore): ActionId | undefined {
  const action = ACTIONS.find(({ id }) => isPressed(keysOf(id, own), event))
  if (action === undefined) return undefined
  if (isSign(keysOf(action.id, own)) && event.target instanceof Element && event.target.closest(TYPING) !== null) return undefined
  return document.querySelector(COVERS) === null || STAYS.has(action.id) ? action.id : undefined
}

/** Done behind what lies over the page too. */
const STAYS = new Set<ActionId>(['sessions', 'workbench', 'settings'])

/** The list of shortcuts, for the settings. */
export function useShortcutList(): SettingsDialogProps['shortcuts'] {
  const own = useApp((state) => state.keys)
  const setKeys = useApp((state) => state.setKeys)
  const known = (id: string): ActionId | undefined => ACTIONS.find((action) => action.id === id)?.id
  return {
    shortcuts: ACTIONS.map(({ id, label }) => ({ id, label: t(label), keys: keysOf(id, own), isOwn: own[id] !== undefined })),
    isMac: IS_MAC,
    clashOf: (id, chord) => {
      const action = known(id)
      return action && clashOf(action, chord, own)
    },
    onKeys: (id, chord) => {
      const action = known(id)
      if (action !== undefined) setKeys(action, chord)
    },
  }
}

/** Where the person was when they asked for the terminal. */
type Left = { readonly focus: Element | null; readonly view: NarrowView } | undefined

/** To the terminal from wherever one is, and from there back. */
function toggleTerminal(store: AppStore, left: { current: Left }): boolean {
  const focus = document.activeElement
  const { open, setOpen } = store
  // The start page has no terminal: the next session has it open, or not.
  if (!location.pathname.startsWith('/s/')) setOpen('terminal', !(open.terminal && open.workbench))
  else if (focus?.closest('#terminal')) {
    const was = left.current
    store.leaveTerminal(was?.view ?? 'chat')
    // The view that it was in is shown with the next frame.
    requestAnimationFrame(() => focusAgain(was?.focus))
  } else {
    left.current = { focus, view: store.view === 'terminal' ? 'chat' : store.view }
    store.askTerminal()
  }
  return true
}

function focusAgain(element: Element | null | undefined): void {
  const isThere = element instanceof HTMLElement && element !== document.body && element.isConnected && element.checkVisibility()
  const place = isThere ? element : document.querySelector('#main textarea, #main')
  if (place instanceof HTMLElement) place.focus()
}

function stops(event: KeyboardEvent, handle: SessionHandle | undefined): boolean {
  if (handle === undefined || handle.getScreen().status.type === 'idle') return false
  return !(event.target instanceof Element && event.target.closest(OWN_KEYS) !== null)
}
