import { type Check, fail, pass, skip } from './check.ts';

/** Whether replaying is only telling: it must not be written down as if the tokens had been spent again. */
export const notPersisted: Check = {
  id: 'not-persisted',
  holds: 'the source rollout gained no token_count by the replay, and a second replay says the same',
  judge: ({ exchange, persistence }) => {
    if (!exchange.answer || exchange.error) return skip('the request was not answered with success');
    if ('unknown' in persistence) return skip(persistence.unknown);
    const [fault] = persistence.persistenceFaults;
    if (fault) return fail(fault.expected, fault.actual);
    const { second } = persistence;
    if ('notMade' in second) return pass(`no token_count was added; no second replay: ${second.notMade}`);
    if (second.differs !== null) return fail('a second replay to say the same', second.differs);
    return pass('no token_count was added, and a second replay says the same');
  },
};
