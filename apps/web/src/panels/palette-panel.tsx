import { Suspense, useEffect, useMemo, useState, type ReactNode } from 'react'
import { failureOf, type SessionRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { fileEntry, lazyLayer, type ThemeChoice } from '@tabwright/ui'
import { t, type Phrase } from '@tabwright/ui/language'
import type { PaletteEntry, PaletteGroup } from '@tabwright/ui/palette'
import { useLocation } from 'wouter'
import { ACTIONS, type ActionId } from '../keys/actions'
import { sessionAddress } from '../store/address'
import { useApp } from '../store/context'
import { useActions } from './use-actions'
import { useKeyText } from './use-key-text'
import { useSessionMenu } from './use-session-menu'

const Palette = lazyLayer('The palette', async () => (await import('@tabwright/ui/palette')).Palette)

interface PalettePanelProps {
  readonly session: SessionRow | undefined
  readonly handle: SessionHandle | undefined
}

/** What can be done and gone to, loaded when it is first asked for. */
export function PalettePanel(props: PalettePanelProps): ReactNode {
  const sheet = useApp((state) => state.sheet)
  return sheet?.type === 'palette' ? <Opened {...props} of={sheet.of} /> : null
}

function Opened({ session, handle, of }: PalettePanelProps & { readonly of: 'everything' | 'files' }): ReactNode {
  const setSheet = useApp((state) => state.setSheet)
  const files = useFiles(handle)
  const actions = useActionEntries(session)
  const sessions = useSessionEntries(session)
  const groups = useMemo<readonly PaletteGroup[]>(
    () =>
      of === 'files'
        ? [{ value: t('Files'), items: files.entries }]
        : [
            { value: t('Actions'), items: actions },
            { value: t('Sessions'), items: sessions },
            { value: t('Files'), items: files.entries },
          ],
    [of, files.entries, actions, sessions],
  )
  return (
    <Suspense>
      <Palette
        groups={groups}
        placeholder={t(of === 'files' ? 'Go to file' : 'Type an action, a session or a file')}
        nothing={files.nothing}
        onClose={() => setSheet(undefined)}
      />
    </Suspense>
  )
}

const NONE: readonly PaletteEntry[] = []

function useFiles(handle: SessionHandle | undefined): { readonly entries: readonly PaletteEntry[]; readonly nothing: string } {
  const showFile = useApp((state) => state.showFile)
  const [paths, setPaths] = useState<readonly string[]>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    let isGone = false
    handle?.listFiles().then(
      (files) => !isGone && setPaths(files.filter(({ mode }) => mode !== 'folder').map(({ path }) => path)),
      (thrown: unknown) => !isGone && setProblem(t('The files could not be listed: {why}', { why: failureOf(thrown).message })),
    )
    return () => {
      isGone = true
    }
  }, [handle])
  const entries = useMemo(() => paths?.map((path) => fileEntry(path, () => showFile(path))) ?? NONE, [paths, showFile])
  return { entries, nothing: problem ?? t(paths === undefined ? 'Reading the files…' : 'There are no files yet.') }
}

const THEMES: readonly (readonly [ThemeChoice, Phrase])[] = [
  ['light', 'Look: light'],
  ['dark', 'Look: dark'],
  ['contrast', 'Look: high contrast'],
  ['system', 'Look: as the system'],
]

/** The palette is open: to open it is nothing that one looks for in it. The sign leads where another line does. */
const NOT_LISTED = new Set<ActionId>(['palette', 'slash'])

function useActionEntries(session: SessionRow | undefined): readonly PaletteEntry[] {
  const actions = useActions(session?.id)
  const keyText = useKeyText()
  const menu = useSessionMenu(session)
  const theme = useApp((state) => state.theme)
  const setTheme = useApp((state) => state.setTheme)
  const runs = actions()
  const listed = ACTIONS.flatMap(({ id, label }): readonly PaletteEntry[] => {
    const onPick = NOT_LISTED.has(id) ? undefined : runs[id]
    return onPick ? [{ id, label: t(label), keys: keyText(id), onPick }] : []
  })
  const ofSession = menu.map(({ id, label, onPick }): PaletteEntry => ({ id: `menu:${id}`, label, about: t('this session'), onPick }))
  const looks = THEMES.filter(([choice]) => choice !== theme).map(([choice, label]): PaletteEntry => ({
    id: `theme:${choice}`,
    label: t(label),
    onPick: () => setTheme(choice),
  }))
  return [...listed, ...ofSession, ...looks]
}

function useSessionEntries(session: SessionRow | undefined): readonly PaletteEntry[] {
  const sessions = useApp((state) => state.sessions)
  const setView = useApp((state) => state.setView)
  const [, navigate] = useLocation()
  return useMemo(
    () =>
      sessions
        ?.filter(({ id }) => id !== session?.id)
        .map(({ id, title }): PaletteEntry => ({
          id: `session:${id}`,
          label: title,
          onPick: () => {
            setView('chat')
            navigate(sessionAddress(id, location.search))
          },
        })) ?? NONE,
    [sessions, session, setView, navigate],
  )
}
