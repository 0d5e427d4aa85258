import { useEffect, useRef } from 'react'
import type { NarrowView } from '@tabwright/ui'
import type { SessionHandle } from '@tabwright/runtime'
import { useLocation } from 'wouter'
import { homeAddress } from '../store/address'
import type { AppStore } from '../store/app-state'
import { useParts } from '../store/context'
import { useAttempt } from '../store/session-view'

/** Editors, terminals, dialogs and menus have keys of their own. */
const OWN_KEYS = '.monaco-editor, .xterm, [role="dialog"], [role="alertdialog"], [role="menu"]'

/** The keys of the page. Each has a button that does the same. */
export function useShortcuts(handle: SessionHandle | undefined): void {
  const { store } = useParts()
  const [, navigate] = useLocation()
  const attempt = useAttempt()
  const left = useRef<Left>(undefined)
  useEffect(() => {
    const run = (event: KeyboardEvent): boolean => {
      const { open, setOpen, setSettings } = store.getState()
      const command = event.ctrlKey || event.metaKey
      if (command && event.code === 'KeyB') setOpen('sessions', !open.sessions)
      else if (command && event.code === 'Backslash') setOpen('workbench', !open.workbench)
      else if (event.ctrlKey && event.code === 'Backquote') return toggleTerminal(store.getState(), left)
      else if (command && event.code === 'Comma') setSettings('providers')
      else if (event.altKey && !command && !event.shiftKey && event.code === 'KeyM') return openModes()
      else if (event.altKey && event.shiftKey && event.code === 'KeyN') navigate(homeAddress(location.search))
      else if (event.key === 'Escape' && stops(event, handle)) attempt(handle?.stop() ?? Promise.resolve())
      else return false
      return true
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || event.isComposing) return
      // Letters with Ctrl mean something in a shell; only the drawer's own key still works there.
      if (event.target instanceof Element && event.target.closest('.xterm') !== null && event.code !== 'Backquote') return
      if (run(event)) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [store, navigate, handle, attempt])
}

/** Where the person was when they asked for the terminal. */
type Left = { readonly focus: Element | null; readonly view: NarrowView } | undefined

/** To the terminal from wherever one is, and from there back. False: it is not the key's moment. */
function toggleTerminal(store: AppStore, left: { current: Left }): boolean {
  const focus = document.activeElement
  // What lies over the page holds the focus. (A question about a call, an alertdialog, lies in the conversation.)
  if (focus?.closest('[role="dialog"]')) return false
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

/** The chip that shows the mode opens its menu. False: there is none. */
function openModes(): boolean {
  const chip = document.querySelector('#main [aria-label^="Permission mode"]')
  if (!(chip instanceof HTMLElement)) return false
  chip.focus()
  chip.click()
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
