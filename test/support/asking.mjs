/** @type {import('./asking.d.mts').draftOf} */
export function draftOf({ question, subject, model = 'simulated' }) {
  const messages = [
    { role: 'system', content: 'Answer.' },
    { role: 'user', content: question },
  ];
  return {
    model: { model, parameters: { errorRate: 0 } },
    request: { messages, temperature: 0.2, maxTokens: 256, sample: 1 },
    subject,
  };
}

/** @type {import('./asking.d.mts').follow} */
export async function follow(book, { rounds, killedAfter }, listener) {
  for (const [index, round] of rounds.entries()) {
    await Promise.all(round.map((asking) => answer(book, asking, listener)));
    if (index + 1 === killedAfter) await listener.killed();
    for (const { subject, outcome } of round) if (outcome !== undefined) book.judge(subject, outcome);
  }
}

async function answer(book, asking, listener) {
  const { text } = await book.answer(draftOf(asking), async () => {
    await listener.asked(asking.question);
    return { text: asking.answer, finish: 'stop', promptTokens: asking.question.length, completionTokens: 2 };
  });
  listener.answered(asking.question, text);
}
