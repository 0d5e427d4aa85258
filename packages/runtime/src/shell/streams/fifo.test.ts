import { describe, it } from 'vitest'
import { expectAgreement } from '../../../../testkit/src/shell-lab'
import { fileCommands } from '../commands/files'
import { systemCommands } from '../commands/system'
import { textCommands } from '../commands/text'

const commands = [...fileCommands, ...textCommands, ...systemCommands]

describe('pipes with names', () => {
  for (const script of [
    'mkfifo p; echo through > p & cat p; wait; rm p; echo ok',
    'mkfifo q; (for i in 1 2 3; do echo "task $i"; done > q) & while read -r t; do echo "did ${t#task }"; done < q; wait; rm q',
    'mkfifo p; ls -l p | cut -c1-10; test -p p && echo pipe; [ -f p ] || echo nofile; stat -c %F p; mkfifo p; echo $?; rm p; ls p',
    'mkfifo p; exec 3<>p; echo hi >&3; read -r x <&3; echo "got $x"; exec 3>&-',
    'mkfifo p; cat p & : > p; wait; echo done',
    'mkfifo in out; tr a-z A-Z < in > out & echo hello > in & cat out; wait',
    'mkfifo -m 600 p; stat -c %a p; mknod r p; test -p r && echo yes; mkfifo -m zz s; mknod t b 1 2; mkfifo nodir/x; mkfifo',
    'mkfifo p; (sleep 0.2; echo late) > p & head -1 p; wait; echo end',
    'mkfifo p; yes > p & head -2 p; wait $!; echo $?',
    'mkfifo p; timeout 0.3 cat p; echo $?',
    'mkfifo log; while read -r l; do echo "[log] $l"; done < log & exec 4> log; echo one >&4; echo two >&4; exec 4>&-; wait',
    'mkfifo p; { echo a & echo b & wait; } > p & cat p | sort; wait',
  ])
    it(`do as on a system: ${script}`, async () => {
      await expectAgreement({ script, commands })
    })
})
