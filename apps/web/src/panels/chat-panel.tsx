import { useCallback, useEffect, useRef, type ReactNode, type RefObject } from 'react'
import type { LimitReached, NoticeRow, SessionStatus } from '@tabwright/protocol'
import type { SessionHandle, Role } from '@tabwright/runtime'
import {
  amount,
  Button,
  LostDock,
  PermissionDock,
  QuestionDock,
  TodoStrip,
  Transcript,
  WorkingLine,
  type ComposerHandle,
  type FailedCall,
} from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { useApp } from '../store/context'
import { useAttempt, useRole, useScreen } from '../store/session-view'
import { HooksNote } from './hooks-note'
import { useDoors } from './use-doors'
import { RestoredNote } from './restored-note'
import { SessionComposer } from './session-composer'
import { useActions } from './use-actions'
import { useMessageMenus } from './use-message-menu'
import styles from './chat-panel.module.css'

/** For the agent, so in English. What a call wrote goes along as a text of its own, and the person sends it. */
function useFix(handle: SessionHandle): (call: FailedCall) => void {
  const giveBack = useApp((state) => state.giveBack)
  return useCallback(
    ({ tool, report }) =>
      giveBack({
        session: handle.id,
        text: 'Fix what went wrong in this call.',
        attached: [{ type: 'text', name: `Failed call of ${tool}`, text: report }],
      }),
    [giveBack, handle],
  )
}

/** The conversation of one session and everything docked below it. Give it the session as `key`. */
export function ChatPanel({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const screen = useScreen(handle, (whole) => whole)
  const role = useRole(handle)
  const attempt = useAttempt()
  const density = useApp((state) => state.density)
  const composer = useRef<ComposerHandle>(null)
  const actions = useActions(handle.id)
  const menus = useMessageMenus(handle, role?.type === 'writer')
  const onFix = useFix(handle)
  const doors = useDoors(handle, role?.type === 'writer')
  useRelayLook(screen?.status)
  useFocusAfterTakeOver(role?.type, composer)
  if (screen === undefined || role === undefined) return null
  const { status } = screen
  const isBusy = status.type === 'running' || status.type === 'retrying'
  // A follower's words and decisions go through the inbox to the tab that writes.
  const acts = role.type === 'writer' || role.type === 'follower'
  const stop = (): void => attempt(handle.stop())
  return (
    <div className={styles['chat']} data-mode={screen.mode}>
      <Transcript
        key={handle.id}
        session={handle.id}
        rows={screen.rows}
        density={density}
        busy={isBusy}
        menus={menus}
        readBytes={handle.readBytes}
        onFix={acts ? onFix : undefined}
        doors={doors}
        noticeAction={(row) => (
          <NoticeAction
            row={row}
            canContinue={acts && !isBusy && screen.lastStop !== 'end'}
            reached={screen.reached}
            onRaise={({ scope, unit, more }) => attempt(handle.raise({ scope, unit, by: more }))}
            onModel={() => actions().model?.()}
            onCompact={() => attempt(handle.compact())}
            onContinue={() => attempt(wasAnswered(row) ? handle.send('Continue where you stopped.') : handle.retryNow())}
          />
        )}
      />
      <div className={styles['dock']}>
        <WorkingLine
          status={status}
          compacting={screen.compacting}
          recovering={role.type === 'recovering'}
          onRetryNow={() => attempt(handle.retryNow())}
          onSwitchModel={() => actions().model?.()}
          onStop={() => (composer.current === null ? stop() : composer.current.stop())}
        />
        <HooksNote handle={handle} isOpen={acts} />
        <RestoredNote handle={handle} composer={composer} />
        <TodoStrip key={handle.id} todos={screen.todos} isResting={status.type === 'idle'} />
        <LostDock
          lost={acts ? screen.unknowns : []}
          onResolve={({ call, digest }, choice) => handle.resolve({ call, digest, choice })}
          onSettled={() => composer.current?.focus()}
        />
        <PermissionDock
          pending={acts && screen.unknowns.length === 0 ? screen.pending : []}
          onAnswer={({ call, digest }, answer) => handle.decide({ call, digest, ...answer })}
          onChange={({ call, digest }, change) => handle.edit({ call, digest, ...change })}
          files={handle}
          onSettled={() => composer.current?.focus()}
        />
        <QuestionDock
          questions={acts && screen.unknowns.length + screen.pending.length === 0 ? screen.questions : []}
          onAnswer={({ call }, answer) => handle.answer({ call, answer })}
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

/** A request that reached nobody is the first sign of a relay that is gone; one that got through, of one that is back. */
function useRelayLook(status: SessionStatus | undefined): void {
  const look = useApp((state) => state.lookForRelay)
  const relay = useApp((state) => state.relay)
  const failing = status?.type === 'retrying' && status.failure.code === 'offline' ? status.attempt : undefined
  const isDoubtful = failing !== undefined || (relay === 'offline' && status?.type === 'running')
  useEffect(() => {
    if (isDoubtful) void look()
  }, [isDoubtful, failing, look])
}

/** The button that was pressed is gone when this tab writes: the person goes on in the box. */
function useFocusAfterTakeOver(role: Role['type'] | undefined, composer: RefObject<ComposerHandle | null>): void {
  const was = useRef(role)
  useEffect(() => {
    const followed = was.current === 'follower'
    was.current = role
    if (followed && role !== 'follower' && document.activeElement === document.body) composer.current?.focus()
  }, [role, composer])
}

/** Cut at a limit: the answer is there and the next message goes on from it. Anything else had no answer and is asked again as it was. */
function wasAnswered(row: NoticeRow): boolean {
  // A limit of ours ends a turn with a warning; one of the provider's refused the request.
  return row.code === 'too_large' || (row.code === 'spend_limit' && row.tone === 'warn')
}

/** Why nothing can be sent, in a few words: the reason itself stands at the top of the page. */
function blockedBy(role: Role['type']): string | undefined {
  if (role === 'paused') return t('Paused')
  if (role === 'readonly') return t('Can only be read')
  return role === 'failed' ? t('Not open') : undefined
}

function goOnWord(row: NoticeRow): string {
  if (row.code === 'denied') return t('Let it go on')
  return wasAnswered(row) ? t('Continue') : t('Try again')
}

interface NoticeActionProps {
  readonly row: NoticeRow
  readonly canContinue: boolean
  readonly onContinue: () => void
  /** Opens the list of models. */
  readonly onModel: () => void
  readonly onCompact: () => void
  /** The limit that stopped the session. */
  readonly reached: LimitReached | undefined
  readonly onRaise: (reached: LimitReached) => void
}

/** What helps after what happened, and what may help instead. */
function NoticeAction({ row, canContinue, onContinue, onModel, onCompact, reached, onRaise }: NoticeActionProps): ReactNode {
  const setSettings = useApp((state) => state.setSettings)
  if (row.code === 'no_key' || row.code === 'rejected_key') {
    return (
      <p className={styles['action']}>
        <Button onPress={() => setSettings('providers')}>{t(row.code === 'no_key' ? 'Add key' : 'Fix key')}</Button>
        {canContinue && <Button onPress={onContinue}>{t('Try again')}</Button>}
      </p>
    )
  }
  if (row.code === 'storage_full') {
    return (
      <p className={styles['action']}>
        <Button onPress={() => setSettings('storage')}>{t('See storage')}</Button>
      </p>
    )
  }
  if (reached !== undefined && canContinue && row.code === 'spend_limit') {
    return (
      <p className={styles['action']}>
        <Button onPress={() => onRaise(reached)}>{t('Continue with {amount} more', { amount: amount(reached.unit, reached.more) })}</Button>
        <Button onPress={() => setSettings('limits')}>{t('Change limits')}</Button>
      </p>
    )
  }
  if (!canContinue || row.tone === 'info') return null
  return (
    <p className={styles['action']}>
      <Button onPress={onContinue}>{goOnWord(row)}</Button>
      {row.code === 'busy' && <Button onPress={onModel}>{t('Switch model')}</Button>}
      {row.code === 'too_large' && <Button onPress={onCompact}>{t('Compact')}</Button>}
    </p>
  )
}
