import { useEffect, useRef, useState, type ReactNode } from 'react'
import { failureOf, type NoticeRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { Button, Composer, PermissionDock, StatusLine, Transcript, WorkingLine, type ComposerHandle } from '@tabwright/ui'
import { useApp, useParts } from '../store/context'
import { createDraftKeeper } from '../store/draft-keeper'
import { takeFirstMessage } from '../store/first-message'
import { useAttempt, useRole, useScreen } from '../store/session-view'
import styles from './chat-panel.module.css'

/** The conversation of one session and everything docked below it. Give it the session as `key`. */
export function ChatPanel({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const screen = useScreen(handle, (whole) => whole)
  const role = useRole(handle)
  const attempt = useAttempt()
  const composer = useRef<ComposerHandle>(null)
  if (screen === undefined || role === undefined) return null
  const { status } = screen
  const isBusy = status.type === 'running' || status.type === 'retrying'
  const writes = role.type === 'writer'
  const stop = (): void => attempt(handle.stop())
  return (
    <div className={styles['chat']}>
      <Transcript
        key={handle.id}
        session={handle.id}
        rows={screen.rows}
        busy={isBusy}
        noticeAction={(row) => (
          <NoticeAction
            row={row}
            canContinue={writes && !isBusy && screen.lastStop !== 'end'}
            onContinue={() => attempt(wasAnswered(row) ? handle.send('Continue where you stopped.') : handle.retryNow())}
          />
        )}
      />
      <div className={styles['dock']}>
        <WorkingLine
          status={status}
          onRetryNow={() => attempt(handle.retryNow())}
          onStop={() => (composer.current === null ? stop() : composer.current.stop())}
        />
        <PermissionDock
          pending={writes ? screen.pending : []}
          onAnswer={({ call, digest }, answer) => handle.decide({ call, digest, ...answer })}
          onSettled={() => composer.current?.focus()}
        />
        <SessionComposer
          handle={handle}
          composer={composer}
          running={isBusy || status.type === 'waiting'}
          blocked={blockedBy(role.type)}
          onStop={stop}
        />
      </div>
    </div>
  )
}

/** Cut at a limit: the answer is there and the next message goes on from it. Anything else had no answer and is asked again as it was. */
function wasAnswered(row: NoticeRow): boolean {
  return row.code === 'too_large' || row.code === 'spend_limit'
}

/** Why nothing can be sent, in a few words: the reason itself stands at the top of the page. */
function blockedBy(role: 'opening' | 'writer' | 'follower' | 'paused' | 'failed'): string | undefined {
  if (role === 'follower') return 'Read only here'
  if (role === 'paused') return 'Paused'
  return role === 'failed' ? 'Not open' : undefined
}

interface SessionComposerProps {
  readonly handle: SessionHandle
  readonly composer: React.RefObject<ComposerHandle | null>
  readonly running: boolean
  readonly blocked: string | undefined
  readonly onStop: () => void
}

function SessionComposer({ handle, composer, running, blocked, onStop }: SessionComposerProps): ReactNode {
  const queue = useScreen(handle, (screen) => screen.queue) ?? []
  const draft = useDraft(handle)
  if (draft === undefined) return <div className={styles['waiting']} />
  return (
    <Composer
      ref={composer}
      draft={draft.text}
      onDraft={draft.keep}
      onSend={(text) => handle.send(text)}
      running={running}
      onStop={onStop}
      queue={queue}
      onWithdraw={(n) => handle.withdraw(n)}
      autoFocus
      footer={<SessionStatusLine handle={handle} />}
      {...(blocked === undefined ? {} : { blocked })}
    />
  )
}

interface Draft {
  readonly text: string
  readonly keep: (text: string) => void
}

/** The text that was left in the box. A first message typed on the start page is in it until the session has kept it. */
function useDraft(handle: SessionHandle): Draft | undefined {
  const { drafts, store } = useParts()
  const [draft, setDraft] = useState<Draft>()
  useEffect(() => {
    const keeper = createDraftKeeper(
      (text) => drafts.saveDraft(handle.id, text),
      (error) => store.getState().say(`The draft could not be kept: ${failureOf(error).message}`),
    )
    let isOver = false
    const start = async (): Promise<void> => {
      let text = await drafts.readDraft(handle.id)
      if (takeFirstMessage(handle.id) && text !== '') {
        try {
          await handle.send(text)
          text = ''
          keeper.keep(text)
        } catch (error) {
          store.getState().say(`${failureOf(error).message} Your message is in the box.`)
        }
      }
      if (!isOver) setDraft({ text, keep: keeper.keep })
    }
    start().catch((error: unknown) => {
      store.getState().say(`The draft could not be read: ${failureOf(error).message}`)
      if (!isOver) setDraft({ text: '', keep: keeper.keep })
    })
    const flush = (): void => keeper.flush()
    addEventListener('pagehide', flush)
    return () => {
      isOver = true
      removeEventListener('pagehide', flush)
      keeper.flush()
    }
  }, [handle, drafts, store])
  return draft
}

function SessionStatusLine({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const connection = useApp((state) => state.connection)
  const pickModel = useApp((state) => state.pickModel)
  const screen = useScreen(handle, (whole) => whole)
  if (connection === undefined || screen === undefined) return null
  return (
    <StatusLine
      model={connection.model}
      models={connection.models}
      onModel={pickModel}
      window={screen.window}
      cost={screen.cost}
      usage={screen.usage}
      hands="Sandbox in this tab"
    />
  )
}

interface NoticeActionProps {
  readonly row: NoticeRow
  readonly canContinue: boolean
  readonly onContinue: () => void
}

/** The one action that helps after what happened. */
function NoticeAction({ row, canContinue, onContinue }: NoticeActionProps): ReactNode {
  const setSettings = useApp((state) => state.setSettings)
  if (row.code === 'no_key' || row.code === 'rejected_key') {
    return (
      <p className={styles['action']}>
        <Button onPress={() => setSettings('providers')}>{row.code === 'no_key' ? 'Add key' : 'Fix key'}</Button>
        {canContinue && <Button onPress={onContinue}>Try again</Button>}
      </p>
    )
  }
  if (row.code === 'storage_full') {
    return (
      <p className={styles['action']}>
        <Button onPress={() => setSettings('storage')}>See storage</Button>
      </p>
    )
  }
  if (!canContinue || row.tone === 'info') return null
  return (
    <p className={styles['action']}>
      <Button onPress={onContinue}>{wasAnswered(row) ? 'Continue' : 'Try again'}</Button>
    </p>
  )
}
