import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLanguage } from '../locale.tsx';
import { refusal } from '../refusal.ts';

/** What a person does here may change waits too: everything is read again after it. */
export function useAct() {
  const client = useQueryClient();
  const { texts } = useLanguage();
  return useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => client.invalidateQueries(),
    onError: (error) =>
      notifications.show({ color: 'red', title: texts.errors.action, message: refusal(error, texts) }),
  });
}
